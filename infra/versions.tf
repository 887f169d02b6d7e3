terraform {
  # 1.9: a validation may look at other variables.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.20 and newer also know the runtime java25.
      version = ">= 5.100, < 7.0"
    }
  }
}
