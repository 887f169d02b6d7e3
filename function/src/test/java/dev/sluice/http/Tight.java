package dev.sluice.http;

import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Exchange;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;

/// An exchange for a thousand bytes.
record Tight(Door door) implements Exchange {
  @Override
  public long maxBodyBytes() {
    return 1_000;
  }

  @Override
  public boolean reserve(long bytes) {
    return true;
  }

  @Override
  public Response answer(Content body) {
    return EchoDoor.text(200, Integer.toString(body.length()));
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return door.refuse(problem, detail);
  }

  @Override
  public void close() {}
}
