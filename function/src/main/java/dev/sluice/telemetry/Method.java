package dev.sluice.telemetry;

/// The methods that are told apart; a caller can make up any number of others.
enum Method {
  GET("GET"),
  HEAD("HEAD"),
  POST("POST"),
  PUT("PUT"),
  PATCH("PATCH"),
  DELETE("DELETE"),
  OPTIONS("OPTIONS"),
  OTHER("other");

  private final String label;

  Method(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  static Method of(String method) {
    return switch (method) {
      case "GET" -> GET;
      case "HEAD" -> HEAD;
      case "POST" -> POST;
      case "PUT" -> PUT;
      case "PATCH" -> PATCH;
      case "DELETE" -> DELETE;
      case "OPTIONS" -> OPTIONS;
      default -> OTHER;
    };
  }
}
