package dev.sluice.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of code in a document, and what its lines print: the comments behind them.
///
/// @param code without those comments
/// @param answers one for each line that prints; empty text where the document shows none
record CodeBlock(String code, List<String> answers) {
  private static final Pattern PRINTS =
      Pattern.compile("(.*\\bprint(?:ln)?\\(.*?)(?: +(?:#|//) (.*))?");

  CodeBlock {
    answers = List.copyOf(answers);
  }

  /// The blocks of a language, in their order.
  static List<CodeBlock> of(String markdown, String language) {
    Matcher blocks = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(markdown);
    return blocks.results().map(block -> parse(block.group(1))).toList();
  }

  private static CodeBlock parse(String text) {
    var code = new StringBuilder();
    var answers = new ArrayList<String>();
    for (String line : text.lines().toList()) {
      Matcher printing = PRINTS.matcher(line);
      boolean prints = printing.matches();
      code.append(prints ? printing.group(1) : line).append('\n');
      if (prints) {
        answers.add(printing.group(2) == null ? "" : printing.group(2));
      }
    }
    return new CodeBlock(code.toString(), answers);
  }
}
