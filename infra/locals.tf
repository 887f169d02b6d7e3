locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id

  # Built from names, not read from resources: a role names the function that has the role, and a plan shows whole policies.
  lambda_arn    = "arn:${local.partition}:lambda:${local.region}:${local.account}:function"
  function_name = var.name
  function_arn  = "${local.lambda_arn}:${local.function_name}"
  alias_arn     = "${local.function_arn}:${var.alias_name}"
  control_name  = "${var.name}-control"
  control_arn   = "${local.lambda_arn}:${local.control_name}"
  log_arn       = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group"
  table_name    = "${var.name}-state"
  table_arn     = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${local.table_name}"
  queue_name    = "${var.name}-failed-ticks"
  queue_arn     = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.queue_name}"
  # Secrets Manager adds six characters of its own.
  secret_arn = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${var.name}"
  secret_arns = {
    admin-token  = "${local.secret_arn}/admin-token-??????"
    signing-keys = "${local.secret_arn}/signing-keys-??????"
  }

  rollout   = var.enable_rollout ? 1 : 0
  container = var.enable_container ? 1 : 0

  # A short start counts for more here than the last bit of speed. The package finds its natives itself.
  zip_environment = var.package_type != "Zip" ? {} : { JAVA_TOOL_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1" }
  shared_environment = {
    LOG_FORMAT     = "json"
    MAX_BODY_BYTES = tostring(var.max_body_bytes)
    STORE_URL      = "dynamodb:${local.table_name}"
  }
  function_environment = merge(local.zip_environment, local.shared_environment, var.environment, {
    SLUICE_MODE         = "serve"
    SIGNING_KEYS_SECRET = "${var.name}/signing-keys"
  })
  control_environment = merge(local.zip_environment, local.shared_environment, var.environment, {
    SLUICE_MODE         = "control"
    ADMIN_TOKEN_SECRET  = "${var.name}/admin-token"
    SIGNING_KEYS_SECRET = "${var.name}/signing-keys"
    # What it moves, and what rollouts call each.
    ROLLOUT_TARGETS = join(",", concat(
      ["${var.name}=lambda:${local.function_name}:${var.alias_name}"],
      [for rule in aws_lb_listener_rule.weighted : "${var.name}-containers=alb:${rule.arn}"],
    ))
  })
  # One leads: the controller, or, where there is none, one of the containers, which then do both.
  container_mode = !var.enable_rollout ? {} : {
    SLUICE_MODE = "serve"
  }
  container_state_actions = var.enable_rollout ? local.state_actions : concat(local.state_actions, local.tidying_actions)

  # What rollouts of the alias are called, unless another model is to be watched.
  watched_model = coalesce(var.model, var.name)

  # A missing number is healthy where there may be no traffic; see the alarm of the silent tick for the other kind.
  quiet = "notBreaching"
}
