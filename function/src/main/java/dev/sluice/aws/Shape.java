package dev.sluice.aws;

/// Who turned a request into an event, and so in which form the answer is read.
enum Shape {
  /// A REST API of API Gateway, or an HTTP API with payload version 1.0.
  REST,
  /// An HTTP API of API Gateway with payload version 2.0, or a function URL.
  HTTP,
  /// A load balancer whose target group passes every value of a header.
  BALANCER,
  /// A load balancer whose target group passes the last value of a header, and takes one.
  BALANCER_SINGLE,
  /// Nobody: an operator, or the controller's schedule, invokes the function itself.
  INVOCATION;

  /// Whether anybody on the network may have sent it.
  boolean outside() {
    return switch (this) {
      case REST, HTTP, BALANCER, BALANCER_SINGLE -> true;
      case INVOCATION -> false;
    };
  }
}
