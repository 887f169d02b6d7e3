locals {
  # On the alias, the stage and the controller: their names stay when a version comes. Alarms cannot search for versions; the
  # dashboard can.
  on_alias   = { FunctionName = local.function_name, Resource = "${local.function_name}:${var.alias_name}" }
  on_stage   = { ApiName = aws_api_gateway_rest_api.service.name, Stage = aws_api_gateway_stage.live.stage_name }
  on_control = { FunctionName = local.control_name }
  on_model   = { model = local.watched_model }

  # Where an alarm says what to do.
  runbook = "See dashboards/runbook.md"

  always_alarms = {
    "function-errors"    = { namespace = "AWS/Lambda", metric = "Errors", dimensions = local.on_alias, statistic = "Sum", above = 0, periods = 3, text = "Invocations of the alias end in errors: the program itself failed." }
    "function-throttles" = { namespace = "AWS/Lambda", metric = "Throttles", dimensions = local.on_alias, statistic = "Sum", above = 0, periods = 3, text = "Lambda refuses invocations: the account's or the function's concurrency is used up." }
    "gateway-errors"     = { namespace = "AWS/ApiGateway", metric = "5XXError", dimensions = local.on_stage, statistic = "Average", above = 0.01, periods = 5, text = "More than 1 % of the callers see a 5xx." }
  }
  rollout_alarms = !var.enable_rollout ? {} : {
    "controller-errors" = { namespace = "AWS/Lambda", metric = "Errors", dimensions = local.on_control, statistic = "Sum", above = 0, periods = 3, text = "Ticks of the controller fail: nothing judges a running canary." }
    "failed-ticks"      = { namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = local.queue_name }, statistic = "Maximum", above = 0, periods = 1, text = "Ticks were given up; the queue has them and the reason." }
    "rolled-back"       = { namespace = "Sluice", metric = "Rollbacks", dimensions = local.on_model, statistic = "Sum", above = 0, periods = 1, text = "A version was rolled back; scripts/explain says why." }
  }
  simple_alarms = merge(local.always_alarms, local.rollout_alarms)
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each            = local.simple_alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text} ${local.runbook}#${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  period              = 60
  evaluation_periods  = each.value.periods
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name          = "${var.name}-slow"
  alarm_description   = "One request of twenty takes longer than ${var.p95_ms} ms. ${local.runbook}#slow"
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = local.on_stage
  extended_statistic  = "p95"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.p95_ms
  period              = 300
  evaluation_periods  = 3
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# A dead controller leaves a bad canary at its share for ever, and says nothing: here silence is the alarm.
resource "aws_cloudwatch_metric_alarm" "silent" {
  count               = local.rollout
  alarm_name          = "${var.name}-controller-silent"
  alarm_description   = "The controller has not been woken: a running canary keeps its share whatever it does. ${local.runbook}#controller-silent"
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = local.on_control
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "undecided" {
  count               = local.rollout
  alarm_name          = "${var.name}-undecided"
  alarm_description   = "A canary has had a share for a whole day: neither proven nor rolled back. ${local.runbook}#undecided"
  namespace           = "Sluice"
  metric_name         = "WeightPercent"
  dimensions          = local.on_model
  statistic           = "Minimum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 3600
  evaluation_periods  = 24
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# An ERROR line is written for what a person should look at now.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-errors"
  log_group_name = aws_cloudwatch_log_group.function.name
  pattern        = "{ $.level = \"ERROR\" }"

  metric_transformation {
    namespace = "Sluice"
    name      = "${var.name}-ErrorLines"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "error_lines" {
  alarm_name          = "${var.name}-error-lines"
  alarm_description   = "The service wrote an ERROR line. ${local.runbook}#error-lines"
  namespace           = "Sluice"
  metric_name         = aws_cloudwatch_log_metric_filter.errors.metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "lane_errors" {
  for_each            = aws_lb_target_group.lane
  alarm_name          = "${var.name}-${each.key}-errors"
  alarm_description   = "Containers of the lane ${each.key} answer with 5xx. ${local.runbook}#lane-errors"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  dimensions          = { LoadBalancer = aws_lb.service[0].arn_suffix, TargetGroup = each.value.arn_suffix }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "lane_unhealthy" {
  for_each            = aws_lb_target_group.lane
  alarm_name          = "${var.name}-${each.key}-unhealthy"
  alarm_description   = "A container of the lane ${each.key} fails its health check. ${local.runbook}#lane-unhealthy"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  dimensions          = { LoadBalancer = aws_lb.service[0].arn_suffix, TargetGroup = each.value.arn_suffix }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = local.quiet
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_dashboard" "service" {
  dashboard_name = var.name
  dashboard_body = templatefile("${path.module}/../dashboards/cloudwatch/dashboard.json.tftpl", {
    region        = local.region
    api_name      = var.name
    function_name = local.function_name
    alias_name    = var.alias_name
    control_name  = local.control_name
    model         = local.watched_model
    p95_ms        = var.p95_ms
  })
}

resource "aws_prometheus_workspace" "service" {
  count = var.enable_prometheus ? 1 : 0
  alias = var.name
}

# The rules of the local stack, to the letter: what was tested there is what is told here.
resource "aws_prometheus_rule_group_namespace" "service" {
  for_each     = var.enable_prometheus ? toset(["alerts", "rules"]) : toset([])
  name         = "sluice-${each.key}"
  workspace_id = aws_prometheus_workspace.service[0].id
  data         = file("${path.module}/../dashboards/prometheus/${each.key}.yml")
}
