locals {
  # The web ACL sees 64 KB of a body at most. A smaller limit it can hold to the byte; a larger one only by the number of
  # digits in Content-Length, and the service counts the bytes.
  waf_sees_all = var.max_body_bytes <= 65536
}

resource "aws_wafv2_web_acl" "api" {
  count = var.enable_waf ? 1 : 0
  name  = var.name
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  association_config {
    request_body {
      api_gateway {
        default_size_inspection_limit = "KB_64"
      }
    }
  }

  custom_response_body {
    key          = "too-large"
    content_type = "APPLICATION_JSON"
    content      = jsonencode({ type = "urn:sluice:problem:payload-too-large", title = "The body is too large", status = 413 })
  }

  custom_response_body {
    key          = "rate-limited"
    content_type = "APPLICATION_JSON"
    content      = jsonencode({ type = "urn:sluice:problem:rate-limited", title = "Too many requests", status = 429 })
  }

  rule {
    name     = "size"
    priority = 1

    action {
      block {
        custom_response {
          response_code            = 413
          custom_response_body_key = "too-large"
        }
      }
    }

    statement {
      size_constraint_statement {
        comparison_operator = "GT"
        size                = local.waf_sees_all ? var.max_body_bytes : length(tostring(var.max_body_bytes))

        field_to_match {
          dynamic "body" {
            for_each = local.waf_sees_all ? [1] : []
            content {
              oversize_handling = "MATCH"
            }
          }
          dynamic "single_header" {
            for_each = local.waf_sees_all ? [] : ["content-length"]
            content {
              name = single_header.value
            }
          }
        }

        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-size"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "address-rate"
    priority = 2

    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "rate-limited"
          response_header {
            name  = "Retry-After"
            value = "300"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        limit              = var.waf_ip_rate
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-address-rate"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}

# The stage only: on a load balancer the web ACL sees 8 KB, and the body rule would block what is longer.
resource "aws_wafv2_web_acl_association" "api" {
  count        = var.enable_waf ? 1 : 0
  resource_arn = aws_api_gateway_stage.live.arn
  web_acl_arn  = aws_wafv2_web_acl.api[0].arn
}
