package dev.sluice.admission;

/// A request's place among those that are being answered. Closed when the request is over, however
/// it ends; closing it again does nothing.
public interface Permit extends AutoCloseable {
  @Override
  void close();
}
