# What replicas, functions and the controller share: rollouts, their history, standing splits.
resource "aws_dynamodb_table" "state" {
  name                        = local.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.protect_data

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_cloudwatch_log_group" "control" {
  count             = local.rollout
  name              = "/aws/lambda/${local.control_name}"
  retention_in_days = var.log_retention_days
}

# A function of its own, not a path of the one behind the alias: there a share of the ticks would be judged by the canary's
# own code, and every caller's function could move the alias.
resource "aws_lambda_function" "control" {
  count         = local.rollout
  function_name = local.control_name
  description   = "Sluice: looks at rollouts and moves them"
  role          = aws_iam_role.control[0].arn

  package_type      = var.package_type
  runtime           = var.package_type == "Zip" ? var.lambda_runtime : null
  handler           = var.package_type == "Zip" ? var.lambda_handler : null
  s3_bucket         = var.package_type == "Zip" ? var.artifact.bucket : null
  s3_key            = var.package_type == "Zip" ? var.artifact.key : null
  s3_object_version = var.package_type == "Zip" ? var.artifact.version_id : null
  source_code_hash  = var.package_type == "Zip" ? var.artifact.content_hash : null
  image_uri         = var.package_type == "Image" ? var.image_uri : null

  architectures = [var.architecture]
  memory_size   = 1024
  timeout       = 50 # ends before the next tick

  environment {
    variables = local.control_environment
  }

  tracing_config {
    mode = "Active"
  }

  dynamic "logging_config" {
    for_each = var.json_logs ? ["JSON"] : []
    content {
      log_format = logging_config.value
      log_group  = aws_cloudwatch_log_group.control[0].name
    }
  }

  depends_on = [aws_cloudwatch_log_group.control, aws_iam_role_policy.control]
}

# The scheduler invokes asynchronously: without this Lambda itself would run a failed tick twice more, minutes later.
resource "aws_lambda_function_event_invoke_config" "control" {
  count                        = local.rollout
  function_name                = aws_lambda_function.control[0].function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_ticks[0].arn
    }
  }
}

resource "aws_scheduler_schedule" "tick" {
  count               = local.rollout
  name                = "${var.name}-tick"
  description         = "Wakes the controller"
  schedule_expression = var.tick_rate

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.control_arn
    role_arn = aws_iam_role.tick[0].arn
    input    = jsonencode({ sluice = "tick" })

    # The next tick is the retry.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }

    dead_letter_config {
      arn = aws_sqs_queue.failed_ticks[0].arn
    }
  }

  depends_on = [aws_lambda_function.control, aws_iam_role_policy.tick]
}

resource "aws_sqs_queue" "failed_ticks" {
  count                     = local.rollout
  name                      = local.queue_name
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}
