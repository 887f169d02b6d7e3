resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "serve" {
  function_name = local.function_name
  description   = "Sluice: predictions"
  role          = aws_iam_role.function.arn
  publish       = true # every change is a version, and every version goes through a rollout

  package_type      = var.package_type
  runtime           = var.package_type == "Zip" ? var.lambda_runtime : null
  handler           = var.package_type == "Zip" ? var.lambda_handler : null
  s3_bucket         = var.package_type == "Zip" ? var.artifact.bucket : null
  s3_key            = var.package_type == "Zip" ? var.artifact.key : null
  s3_object_version = var.package_type == "Zip" ? var.artifact.version_id : null
  source_code_hash  = var.package_type == "Zip" ? var.artifact.content_hash : null
  image_uri         = var.package_type == "Image" ? var.image_uri : null

  architectures                  = [var.architecture]
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = local.function_environment
  }

  tracing_config {
    mode = "Active"
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? ["PublishedVersions"] : []
    content {
      apply_on = snap_start.value
    }
  }

  dynamic "logging_config" {
    for_each = var.json_logs ? ["JSON"] : []
    content {
      log_format = logging_config.value
      log_group  = aws_cloudwatch_log_group.function.name
    }
  }

  # No dead_letter_config: both versions behind a weighted alias must have the same one, so it could never be changed.

  # Without the group Lambda makes its own, which keeps logs for ever; without the policy the first lines are lost.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

# Terraform makes the alias, and never moves it: version and weights belong to the controller, or to whoever promotes by hand.
resource "aws_lambda_alias" "live" {
  name             = var.alias_name
  description      = "What callers reach. Its version and weights are moved by rollouts, not by Terraform."
  function_name    = aws_lambda_function.serve.function_name
  function_version = aws_lambda_function.serve.version

  lifecycle {
    # Both: with only the version ignored the next plan takes a running canary's share away.
    ignore_changes = [function_version, routing_config]
  }
}

# On the alias: a permission on the function alone does not allow it.
resource "aws_lambda_permission" "api" {
  statement_id  = "Gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.serve.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.service.execution_arn}/*/*"
}

# Nobody is meant to call it asynchronously; if somebody does, nothing is tried again behind their back.
resource "aws_lambda_function_event_invoke_config" "live" {
  function_name                = aws_lambda_function.serve.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}
