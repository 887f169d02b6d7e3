# Wrong variables are refused at plan. A run gives several wrong values, and passes only if each of them is refused.

mock_provider "aws" {}

variables {
  artifact = { bucket = "artifacts", key = "sluice.zip" }
}

run "names" {
  command = plan
  variables {
    name           = "Sluice_1"
    region         = "Frankfurt"
    tags           = { "aws:team" = "x" }
    alias_name     = "1"
    model          = "../digits"
    lambda_handler = "no handler"
  }
  expect_failures = [var.name, var.region, var.tags, var.alias_name, var.model, var.lambda_handler]
}

run "a_name_too_long_for_target_groups" {
  command = plan
  variables {
    name = "sluice-for-the-teams-x"
  }
  expect_failures = [var.name]
}

run "sizes_and_times" {
  command = plan
  variables {
    memory_mb            = 128
    timeout_seconds      = 30
    reserved_concurrency = 0
    log_retention_days   = 31
    throttle_rate        = 0
    throttle_burst       = 0.5
    max_body_bytes       = 6291456
    waf_ip_rate          = 1
    p95_ms               = 0
    tick_rate            = "rate(1 hour)"
  }
  expect_failures = [
    var.memory_mb, var.timeout_seconds, var.reserved_concurrency, var.log_retention_days, var.throttle_rate, var.throttle_burst,
    var.max_body_bytes, var.waf_ip_rate, var.p95_ms, var.tick_rate,
  ]
}

run "words_that_are_not_known" {
  command = plan
  variables {
    architecture       = "riscv"
    lambda_runtime     = "java17"
    binary_media_types = ["application/json; charset=utf-8"]
    alarm_topic_arns   = ["me@example.com"]
    certificate_arn    = "certificate.pem"
    container_image    = "sluice"
    allowed_cidrs      = ["everybody"]
  }
  expect_failures = [
    var.architecture, var.lambda_runtime, var.binary_media_types, var.alarm_topic_arns, var.certificate_arn, var.container_image,
    var.allowed_cidrs,
  ]
}

run "a_package_type_that_is_not_known" {
  command = plan
  variables {
    package_type = "Jar"
    snap_start   = false
  }
  expect_failures = [var.package_type]
}

run "a_zip_without_its_place" {
  command = plan
  variables {
    artifact = null
  }
  expect_failures = [var.artifact]
}

run "a_hash_in_hexadecimal" {
  command = plan
  variables {
    artifact = { bucket = "artifacts", key = "sluice.zip", content_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
  }
  expect_failures = [var.artifact]
}

run "an_image_by_tag_and_with_snapshots" {
  command = plan
  variables {
    package_type = "Image"
    image_uri    = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/sluice:latest"
    snap_start   = true
  }
  expect_failures = [var.image_uri, var.snap_start]
}

run "an_image_without_its_name" {
  command = plan
  variables {
    package_type = "Image"
    snap_start   = false
  }
  expect_failures = [var.image_uri]
}

run "a_secret_among_the_settings" {
  command = plan
  variables {
    environment = { SIGNING_KEYS = "1:AAAA" }
  }
  expect_failures = [var.environment]
}

run "a_setting_that_is_the_modules" {
  command = plan
  variables {
    environment = { MAX_BODY_BYTES = "1" }
  }
  expect_failures = [var.environment]
}

run "a_secrets_name_that_is_the_modules" {
  command = plan
  variables {
    environment = { SIGNING_KEYS_SECRET = "another" }
  }
  expect_failures = [var.environment]
}

run "a_plan_without_a_rate" {
  command = plan
  variables {
    api_keys = { mobile = { rate = 0, burst = 1 } }
  }
  expect_failures = [var.api_keys]
}

run "a_plan_above_the_stage" {
  command = plan
  variables {
    api_keys = { mobile = { rate = 201, burst = 1 } }
  }
  expect_failures = [var.api_keys]
}

run "containers_without_a_network" {
  command = plan
  variables {
    enable_container = true
    subnet_ids       = ["subnet-1", "subnet-1"]
  }
  expect_failures = [var.vpc_id, var.subnet_ids, var.certificate_arn]
}

run "containers_of_a_wrong_size" {
  command = plan
  variables {
    container_size       = { cpu = 1024, memory = 512 }
    desired_count        = 0
    sticky_seconds       = -1
    health_grace_seconds = 7201
  }
  expect_failures = [var.container_size, var.desired_count, var.sticky_seconds, var.health_grace_seconds]
}
