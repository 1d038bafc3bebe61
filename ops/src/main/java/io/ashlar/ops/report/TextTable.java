package io.ashlar.ops.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Columns aligned to the left, two spaces between them, under a line of headings. */
final class TextTable {

    private final List<List<String>> lines = new ArrayList<>();
    private final int columns;

    TextTable(String... headings) {
        columns = headings.length;
        lines.add(List.of(headings));
    }

    /** Adds a line; an empty cell is shown as a dash, so that columns can be counted. */
    TextTable row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
        }
        List<String> line = new ArrayList<>();
        for (Object cell : cells) {
            String text = cell.toString();
            line.add(text.isEmpty() ? "-" : text);
        }
        lines.add(line);
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return lines.stream().map(line -> pad(line, widths)).collect(Collectors.joining("\n"));
    }

    private static String pad(List<String> line, int[] widths) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            out.append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 2);
        }
        return out.toString().stripTrailing();
    }
}
