package io.espalier.text;

import java.util.List;

/** Texts that break what is written for friendly ones. */
final class HostileTexts {
  private static final int MEBIBYTE = 1 << 20;

  private HostileTexts() {}

  /** Short ones, of every kind of damage. */
  static List<String> small() {
    return List.of(
        "",
        " ",
        "\n\n\n",
        "\ud800",
        "a\udc00b",
        "\u0000\u0001\u0002",
        "\ufeff<html",
        "<p",
        "<p>a</p",
        "&;&#;&#x;&amp",
        "&amp;amp;lt;p&amp;gt;",
        "&lt;p&gt;Hidden&lt;/p&gt;",
        "Ã",
        "â€",
        "ÃƒÂ©tude",
        "@@@ a@ @b a@b a@b.c a@b.co",
        "+ ( - +1 (123 ::: 1.2.3 1.2.3.4.5 999.999.999.999",
        "-----BEGIN RSA PRIVATE KEY-----",
        "<EMAIL> <PHONE> <IP_ADDRESS> jane@example.com +1-202-555-0100 198.51.100.7",
        "\u202eevil\u202c \u200d\u200d \u0301\u0301\u0301",
        "我的邮箱是jane@example.com。",
        "العربية 😀👩‍👩‍👧 नमस्ते");
  }

  /** Long ones, each of about a million characters, that make backtracking and nesting dear. */
  static List<String> large() {
    return List.of(
        "a".repeat(MEBIBYTE),
        "1".repeat(MEBIBYTE),
        "a.".repeat(MEBIBYTE / 2),
        "1-".repeat(MEBIBYTE / 2),
        "@".repeat(MEBIBYTE),
        "a@".repeat(MEBIBYTE / 2),
        "&amp;".repeat(MEBIBYTE / 5),
        "&" + "amp;".repeat(MEBIBYTE / 4),
        "<".repeat(MEBIBYTE),
        "<!--".repeat(MEBIBYTE / 4),
        "Ã".repeat(MEBIBYTE),
        "Ã©".repeat(MEBIBYTE / 2),
        "\n".repeat(MEBIBYTE),
        "x\n".repeat(MEBIBYTE / 2),
        "-----BEGIN PRIVATE KEY----- ".repeat(MEBIBYTE / 28),
        "https://".repeat(MEBIBYTE / 8),
        "{".repeat(MEBIBYTE),
        "\ud83d\ude00".repeat(MEBIBYTE / 2));
  }
}
