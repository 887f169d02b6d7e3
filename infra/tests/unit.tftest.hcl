# What a plan makes of the variables, without AWS: the provider is a mock. refusals.tftest.hcl has what is refused.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-central-1" }
  }
  mock_data "aws_subnet" {
    defaults = { cidr_block = "10.1.0.0/24" }
  }
}

variables {
  name     = "trial"
  artifact = { bucket = "artifacts", key = "sluice.zip" }
}

run "function_by_default" {
  command = plan

  assert {
    condition     = aws_lambda_function.serve.publish && aws_lambda_function.serve.runtime == "java21" && aws_lambda_function.serve.package_type == "Zip"
    error_message = "A published zip for java21."
  }
  assert {
    condition     = aws_lambda_function.serve.snap_start[0].apply_on == "PublishedVersions" && aws_lambda_function.serve.logging_config[0].log_format == "JSON"
    error_message = "Defaults are those of production: SnapStart, logs as JSON."
  }
  assert {
    condition     = length(aws_lambda_function.serve.dead_letter_config) == 0
    error_message = "A dead-letter setting must be equal in both versions of an alias, so there is none."
  }
  assert {
    condition     = aws_lambda_alias.live.name == "live" && length(aws_lambda_alias.live.routing_config) == 0
    error_message = "The alias begins with all traffic on one version."
  }
  assert {
    condition     = aws_lambda_permission.api.qualifier == "live"
    error_message = "The gateway may invoke the alias; a permission on the function alone does not allow it."
  }
  assert {
    condition     = length(aws_lb.service) == 0 && length(aws_ecs_service.lane) == 0 && length(aws_ecr_repository.service) == 0 && length(aws_iam_role.container) == 0
    error_message = "Nothing of the containers, unless they are wanted."
  }
  assert {
    condition     = length(aws_wafv2_web_acl.api) == 0 && length(aws_cloudwatch_log_group.access) == 0 && length(aws_api_gateway_account.logs) == 0 && length(aws_prometheus_workspace.service) == 0 && length(aws_api_gateway_usage_plan.caller) == 0
    error_message = "What costs, or belongs to the whole account, is off."
  }
  assert {
    condition     = aws_dynamodb_table.state.deletion_protection_enabled && !aws_s3_bucket.models.force_destroy && aws_dynamodb_table.state.point_in_time_recovery[0].enabled
    error_message = "Data is protected by default."
  }
  assert {
    condition     = output.listener_rule_arn == null && length(output.target_group_arns) == 0 && output.prometheus_endpoint == null && output.load_balancer_dns == null
    error_message = "Outputs of what there is not are null or empty."
  }
  assert {
    condition     = output.function_name == "trial" && output.alias_name == "live" && output.control_function_name == "trial-control" && output.state_table == "trial-state" && output.secret_names == { admin-token = "trial/admin-token", signing-keys = "trial/signing-keys" }
    error_message = "Outputs name what scripts need."
  }
}

run "gateway_opens_only_what_callers_need" {
  command = plan

  assert {
    condition = toset(keys(aws_api_gateway_method.call)) == toset([
      "POST predict", "POST v1/infer", "POST v1/feedback", "GET v2", "GET v2/health/live", "GET v2/health/ready",
      "GET v2/models/{proxy+}", "POST v2/models/{proxy+}", "GET healthz", "GET ready", "GET health", "GET openapi.yml",
    ])
    error_message = "No admin API, no metrics, no repository, no path that takes everything."
  }
  assert {
    condition     = alltrue([for call in aws_api_gateway_integration.call : endswith(call.uri, ":function:trial:$${stageVariables.alias}/invocations") && call.type == "AWS_PROXY"])
    error_message = "Every method goes to the alias that the stage names."
  }
  assert {
    condition     = aws_api_gateway_stage.live.variables == tomap({ alias = "live" })
    error_message = "The stage names the alias."
  }
  assert {
    condition     = aws_api_gateway_method_settings.all.settings[0].throttling_rate_limit == 200 && aws_api_gateway_method_settings.all.settings[0].throttling_burst_limit == 400 && aws_api_gateway_method_settings.all.settings[0].logging_level == "OFF"
    error_message = "Throttled, and no bodies in logs."
  }
  assert {
    condition     = tolist(aws_api_gateway_rest_api.service.binary_media_types) == tolist(["application/octet-stream"])
    error_message = "Tensors arrive as bytes."
  }
  assert {
    condition     = !anytrue([for call in aws_api_gateway_method.call : call.api_key_required])
    error_message = "Without plans no key is asked for."
  }
  assert {
    condition     = aws_lambda_function.serve.environment[0].variables["MAX_BODY_BYTES"] == "4194304"
    error_message = "The service enforces the limit to the byte."
  }
}

run "rights_are_the_least" {
  command = plan

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Action])) == toset(["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem", "secretsmanager:GetSecretValue"])
    error_message = "The serving function moves no traffic and deletes nothing."
  }
  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.control[0].policy).Statement : statement.Action if !contains(["Logs", "Traces", "State"], statement.Sid)])) == toset(["secretsmanager:GetSecretValue", "lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetFunctionConfiguration", "cloudwatch:GetMetricData", "sqs:SendMessage"])
    error_message = "The controller moves the alias, and changes nothing else."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.control[0].policy).Statement : toset(statement.Resource) if statement.Sid == "Alias"]) == toset(["arn:aws:lambda:eu-central-1:123456789012:function:trial", "arn:aws:lambda:eu-central-1:123456789012:function:trial:live"])
    error_message = "The controller moves this alias, and no other."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.tick[0].policy).Statement[0].Resource == "arn:aws:lambda:eu-central-1:123456789012:function:trial-control"
    error_message = "The schedule invokes the controller, and nothing else."
  }
  assert {
    condition     = jsondecode(aws_iam_role.tick[0].assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "The scheduler assumes its role for this account only."
  }
  assert {
    condition = alltrue([for statement in concat(
      jsondecode(aws_iam_role_policy.function.policy).Statement, jsondecode(aws_iam_role_policy.control[0].policy).Statement, jsondecode(aws_iam_role_policy.tick[0].policy).Statement,
    ) : jsonencode(statement.Resource) != "\"*\"" || contains(["Traces", "Evidence"], statement.Sid)])
    error_message = "Only traces and the reading of metrics have no resource, because AWS knows none for them."
  }
}

run "controller_is_a_second_function" {
  command = plan

  assert {
    condition     = aws_lambda_function.control[0].environment[0].variables["SLUICE_MODE"] == "control" && aws_lambda_function.serve.environment[0].variables["SLUICE_MODE"] == "serve"
    error_message = "One package, two modes."
  }
  assert {
    condition     = aws_lambda_function.control[0].environment[0].variables["ROLLOUT_TARGETS"] == "trial=lambda:trial:live"
    error_message = "The controller is told what it moves, and what rollouts call it."
  }
  assert {
    condition     = aws_lambda_function.control[0].environment[0].variables["SIGNING_KEYS_SECRET"] == "trial/signing-keys" && aws_lambda_function.control[0].environment[0].variables["ADMIN_TOKEN_SECRET"] == "trial/admin-token" && !contains(keys(aws_lambda_function.serve.environment[0].variables), "ADMIN_TOKEN_SECRET")
    error_message = "The controller is told of both secrets, the serving function of the signing keys."
  }
  assert {
    condition     = toset(one([for statement in jsondecode(aws_iam_role_policy.control[0].policy).Statement : statement.Resource if statement.Sid == "Secrets"])) == toset(["arn:aws:secretsmanager:eu-central-1:123456789012:secret:trial/admin-token-??????", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:trial/signing-keys-??????"])
    error_message = "It may read what it is told of."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Resource if statement.Sid == "SigningKeys"]) == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:trial/signing-keys-??????"
    error_message = "The serving function reads no admin token."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rolled-back"].dimensions == tomap({ model = "trial" }) && aws_cloudwatch_metric_alarm.undecided[0].dimensions == tomap({ model = "trial" })
    error_message = "Alarms watch the rollouts of the alias, which are called what the deployment is."
  }
  assert {
    condition     = aws_scheduler_schedule.tick[0].schedule_expression == "rate(1 minute)" && aws_scheduler_schedule.tick[0].target[0].retry_policy[0].maximum_retry_attempts == 0 && aws_lambda_function_event_invoke_config.control[0].maximum_retry_attempts == 0
    error_message = "The next tick is the retry, for the scheduler and for Lambda."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.silent[0].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.silent[0].comparison_operator == "LessThanThreshold"
    error_message = "A silent controller is an alarm."
  }
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.simple)) == toset(["function-errors", "function-throttles", "gateway-errors", "controller-errors", "failed-ticks", "rolled-back"])
    error_message = "The alarms."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["function-errors"].dimensions == tomap({ FunctionName = "trial", Resource = "trial:live" })
    error_message = "On the alias: a version's name changes with each release."
  }
}

run "another_model_can_be_watched" {
  command = plan
  variables {
    model = "digits"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rolled-back"].dimensions == tomap({ model = "digits" }) && aws_cloudwatch_metric_alarm.undecided[0].dimensions == tomap({ model = "digits" }) && strcontains(aws_cloudwatch_dashboard.service.dashboard_body, "digits")
    error_message = "Alarms and dashboard watch the model that is asked for."
  }
}

run "without_rollouts_no_controller" {
  command = plan
  variables {
    enable_rollout = false
  }

  assert {
    condition     = length(aws_lambda_function.control) == 0 && length(aws_scheduler_schedule.tick) == 0 && length(aws_sqs_queue.failed_ticks) == 0 && length(aws_iam_role.control) == 0 && length(aws_cloudwatch_metric_alarm.silent) == 0 && output.control_function_name == null
    error_message = "Neither controller nor schedule nor role nor alarm."
  }
}

run "image_needs_no_runtime" {
  command = plan
  variables {
    package_type = "Image"
    artifact     = null
    image_uri    = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/sluice@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    snap_start   = false
  }

  assert {
    condition     = aws_lambda_function.serve.runtime == null && aws_lambda_function.serve.handler == null && aws_lambda_function.serve.s3_bucket == null && length(aws_lambda_function.serve.snap_start) == 0 && aws_lambda_function.control[0].package_type == "Image"
    error_message = "An image brings its own runtime, for both functions."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.serve.environment[0].variables), "JAVA_TOOL_OPTIONS")
    error_message = "The image has options of its own."
  }
}

run "both_functions_have_the_packages_architecture" {
  command = plan
  variables {
    architecture = "arm64"
  }

  assert {
    condition     = aws_lambda_function.serve.architectures == tolist(["arm64"]) && aws_lambda_function.control[0].architectures == tolist(["arm64"])
    error_message = "Natives are one architecture's, for both functions."
  }
}

run "containers_beside_the_function" {
  command = plan
  variables {
    enable_container = true
    vpc_id           = "vpc-0a1b2c"
    subnet_ids       = ["subnet-1", "subnet-2"]
    certificate_arn  = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
  }

  assert {
    condition     = toset(keys(aws_ecs_service.lane)) == toset(["stable", "canary"]) && aws_ecs_service.lane["stable"].desired_count == 2 && aws_ecs_service.lane["canary"].desired_count == 0
    error_message = "Two services; the canary waits for a version."
  }
  assert {
    condition     = [for group in aws_lb_listener_rule.weighted[0].action[0].forward[0].target_group : group.weight if group.weight > 0] == [100]
    error_message = "All traffic begins on stable."
  }
  assert {
    condition     = length(aws_lb_listener_rule.weighted[0].action[0].forward[0].stickiness) == 0
    error_message = "Callers are not kept with a canary that was rolled back."
  }
  assert {
    condition     = aws_lb_listener.service[0].protocol == "HTTPS" && aws_lb_listener.service[0].default_action[0].fixed_response[0].status_code == "404" && aws_lb_listener_rule.closed[0].priority < aws_lb_listener_rule.weighted[0].priority
    error_message = "Encrypted; what callers do not need is not there."
  }
  assert {
    condition     = length(aws_appautoscaling_target.lane) == 2 && aws_ecs_service.lane["stable"].health_check_grace_period_seconds == 60
    error_message = "Defaults are those of production: scaling, and a grace period."
  }
  assert {
    condition     = local.container_mode == tomap({ SLUICE_MODE = "serve" }) && length(setintersection(one([for statement in jsondecode(aws_iam_role_policy.container[0].policy).Statement : statement.Action if statement.Sid == "State"]), ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"])) == 0
    error_message = "The controller leads: containers follow, and delete nothing."
  }
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.lane_unhealthy)) == toset(keys(aws_cloudwatch_metric_alarm.lane_errors)) && length(aws_cloudwatch_metric_alarm.lane_unhealthy) == 2
    error_message = "Each lane is watched for errors, and for containers that fail their health check."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.lane_errors), values(aws_cloudwatch_metric_alarm.lane_unhealthy), values(aws_cloudwatch_metric_alarm.simple)) : strcontains(alarm.alarm_description, "dashboards/runbook.md#")])
    error_message = "Each alarm says where it is written what to do."
  }
}

run "prometheus_has_the_rules_of_the_repository" {
  command = plan

  variables {
    enable_prometheus = true
  }

  assert {
    condition     = toset(keys(aws_prometheus_rule_group_namespace.service)) == toset(["alerts", "rules"]) && aws_prometheus_rule_group_namespace.service["alerts"].data == file("../dashboards/prometheus/alerts.yml")
    error_message = "The rules that were tested, and no copy of them."
  }
}

run "containers_lead_where_there_is_no_controller" {
  command = plan
  variables {
    enable_container = true
    enable_rollout   = false
    vpc_id           = "vpc-0a1b2c"
    subnet_ids       = ["subnet-1", "subnet-2"]
    internal_alb     = true
  }

  assert {
    condition     = length(local.container_mode) == 0 && length(setintersection(one([for statement in jsondecode(aws_iam_role_policy.container[0].policy).Statement : statement.Action if statement.Sid == "State"]), ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"])) == 2
    error_message = "Without a controller the containers do both, and may tidy."
  }
}

run "sticky_only_when_asked" {
  command = plan
  variables {
    enable_container   = true
    vpc_id             = "vpc-0a1b2c"
    subnet_ids         = ["subnet-1", "subnet-2"]
    internal_alb       = true
    sticky_seconds     = 300
    enable_autoscaling = false
  }

  assert {
    condition     = aws_lb_listener_rule.weighted[0].action[0].forward[0].stickiness[0].duration == 300 && aws_lb_listener.service[0].protocol == "HTTP" && length(aws_appautoscaling_target.lane) == 0
    error_message = "Sticky for as long as asked; an internal load balancer may go without a certificate."
  }
}

run "web_acl_holds_a_small_limit_to_the_byte" {
  command = plan
  variables {
    enable_waf     = true
    max_body_bytes = 65536
  }

  assert {
    condition     = [for rule in aws_wafv2_web_acl.api[0].rule : [rule.statement[0].size_constraint_statement[0].size, length(rule.statement[0].size_constraint_statement[0].field_to_match[0].body)] if rule.name == "size"] == [[65536, 1]]
    error_message = "Up to 64 KiB the web ACL sees the whole body."
  }
}

run "web_acl_counts_digits_of_a_large_limit" {
  command = plan
  variables {
    enable_waf = true
  }

  assert {
    condition     = [for rule in aws_wafv2_web_acl.api[0].rule : [rule.statement[0].size_constraint_statement[0].size, length(rule.statement[0].size_constraint_statement[0].field_to_match[0].body)] if rule.name == "size"] == [[7, 0]]
    error_message = "Above it a body rule would block everything that it cannot see; Content-Length may have as many digits as the limit."
  }
}

run "plans_for_callers" {
  command = plan
  variables {
    api_keys = { mobile = { rate = 20, burst = 40, quota = 1000 }, batch = { rate = 5, burst = 5 } }
  }

  assert {
    condition     = toset([for name, call in aws_api_gateway_method.call : name if !call.api_key_required]) == toset(["GET v2", "GET v2/health/live", "GET v2/health/ready", "GET healthz", "GET ready", "GET openapi.yml"])
    error_message = "With plans every prediction needs a key, and probes need none."
  }
  assert {
    condition     = aws_api_gateway_usage_plan.caller["mobile"].quota_settings[0].limit == 1000 && length(aws_api_gateway_usage_plan.caller["batch"].quota_settings) == 0
    error_message = "A quota where one is asked for."
  }
}
