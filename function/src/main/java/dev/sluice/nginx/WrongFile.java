package dev.sluice.nginx;

/// A file is not what splits traffic between versions; says where, and what would be right.
final class WrongFile extends Exception {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 200;

  WrongFile(int line, String what) {
    this("line " + line + ": " + what);
  }

  WrongFile(String what) {
    super(oneLine(what));
  }

  // What is written there is in it.
  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
