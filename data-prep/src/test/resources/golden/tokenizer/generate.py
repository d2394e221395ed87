"""Writes the golden files of the tokenizer with Hugging Face tokenizers 0.23.3 (pip install tokenizers==0.23.3).

Run in this folder: python generate.py
It also writes the character classes that Gpt2PreTokenizer uses (a resource of the main code).
"""

import itertools
import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
CLASSES = HERE / "../../../../main/resources/io/espalier/text/gpt2-character-classes.txt"
END_OF_TEXT = "<|endoftext|>"
VOCABULARY_SIZE = 1024

HANDMADE = [
    "",
    " ",
    "   ",
    "\n",
    "a",
    " a",
    "  a",
    "a  b   c",
    "a \n b\n\n\nc\t\td",
    "line\r\nends\rof all\u2028kinds\u2029here\x85and\x0bthere\x0c",
    "ends with space ",
    "ends with spaces   ",
    "I'm you're they've he'll I'd it's can't",
    "I'M YOU'RE 'tis 's 't 'll ''s 're're x'S",
    "it’s ‘curly’ “quotes” — dash – en… ellipsis",
    "don't 'll'll l'l 'l 'r 'v 've",
    "3.14 1,000,000 ½ ² ₃ Ⅷ ٣٤ ४२ 𝟘𝟙 1st 2nd x2 2x",
    "a\u00a0b\u3000c\u2003d\u200be\u2060f\ufeffg\u180eh",
    "naïve café e\u0301 \u0301alone n\u0303o A\u030angstro\u0308m",
    "Straße ΑΒΓ абв ქართული አማርኛ ᏣᎳᎩ",
    "日本語のテキスト。中文文本，한국어 텍스트입니다",
    "שלום עולם مرحبا بالعالم नमस्ते दुनिया สวัสดีชาวโลก",
    "👍 👍🏽 👨‍👩‍👧‍👦 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☃️ x😀y 1😀2",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠀀𠀁 \U0001E922 \U0010FFFF \U000E0001",
    "\x00\x01\x02 nul\x00inside \x7f \x80\x9f del",
    "\ufffd \ufffe \uffff \ufdd0",
    "zero\u200cwidth\u200djoiner\u200emark\u202eoverride",
    "<|endoftext|> and <|endoftext|><|endoftext|> <|im_start|> </s> [EOS] <0x0A>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "................  ----- ====== !!!!???",
    "def f(x):\n    return x  # comment\n\tif x:\n\t\tpass\n",
    "https://example.org/a?b=c&d=%20#frag user@example.org C:\\temp\\x",
    "ﬁ ﬂ ① ㎏ Å Ω ⁄ ﷺ \u0149",
    "\U0001D7D8\U0001F7D0 \u0888\u08c8\u1b4c\ua7c0\U00011240\U0002EBF0\U00031350\U000323B0",
]

CUT_AND_COMPOSED = [
    "I'LL we'Re THEY'VE '\u017f '\u212a 'S'T",
    "1234567 12 \u0663\u0664\u0665\u0666 9a99b",
    "a \r\n\r\n  b\n \n\tc \u2028\n d\r",
    "!!\n\n? ...\r\nx \u00a0!\n",
    "\tword \u00a0word -word (word \u201cword\u201d _word\U0001F600word",
    "e\u0301 e\u0323\u0302 \u1100\u1161\u11a8 \u212b \u0958 \u0344 cafe\u0301 caf\u00e9 <tool_call>x</tool_call>",
    " unreachable unreachable",
]


def hostile(random_number):
    """Strings of code points from all over Unicode, with white space and quotes in between."""
    ranges = [(0x20, 0x7E), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2FFF),
              (0x3000, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x323AF), (0xE0000, 0xE01EF)]
    parts = []
    for _ in range(random_number.randint(1, 60)):
        if random_number.random() < 0.35:
            parts.append(random_number.choice([" ", "  ", "\n", "\t", "\u00a0", "\u2003", "'", "'s", "'ll", "'"]))
        else:
            parts.append(chr(random_number.randint(*random_number.choice(ranges))))
    return "".join(parts)


def byte_level_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def train(texts, vocabulary_size):
    tokenizer = byte_level_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=2,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def pieces(text):
    """The pre-tokens as offsets of code points where they end."""
    found = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)
    return [end for _, (_, end) in found]


def tie_cases(random_number):
    """Small corpora full of ties and repeats, where the order of merges is decided by the rule for ties."""
    for _ in range(60):
        alphabet = random_number.choice(["ab", "abc", "a", "aab ", "xyz \n", "é日a", "01 '", "abcd"])
        words = ["".join(random_number.choices(alphabet, k=random_number.randint(1, random_number.choice([3, 8, 30]))))
                 for _ in range(random_number.randint(1, 40))]
        texts = [random_number.choice([" ", "", "\n"]).join(words[i::3]) for i in range(3)]
        size = random_number.choice([258, 262, 270, 300])
        yield {"texts": texts, "vocabulary_size": size, "merges": json.loads(train(texts, size).to_str())["model"]["merges"]}


# As they stand in the tokenizer.json of Llama 3 and of Qwen 2.
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")


def split_by(pattern, texts, **model):
    """A byte-level BPE of three hundred tokens that cuts by a pattern of its own."""
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def given_tokenizers(texts):
    """Tokenizers of other families, as users bring them: name, tokenizer, end-of-text token."""
    llama3 = Tokenizer(models.BPE(ignore_merges=True))
    llama3.normalizer = normalizers.NFC()
    llama3.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}{1,3}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    llama3.decoder = decoders.ByteLevel()
    llama3.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    llama3.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>"])
    llama3.add_tokens([AddedToken("<tab>", normalized=False)])
    begin = llama3.token_to_id("<|begin_of_text|>")
    llama3.post_processor = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", begin)])
    llama3.enable_truncation(8)
    llama3.enable_padding(length=8)
    yield "byte-level", llama3, "<|end_of_text|>"

    metaspace = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    metaspace.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="first")
    metaspace.decoder = decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    metaspace.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=500, special_tokens=["<unk>", "<s>", "</s>"] + ["<0x%02X>" % b for b in range(256)], show_progress=False))
    # Bytes stand for themselves, so they must not be special.
    tree = json.loads(metaspace.to_str())
    tree["added_tokens"] = [token for token in tree["added_tokens"] if not token["content"].startswith("<0x")]
    yield "byte-fallback", Tokenizer.from_str(json.dumps(tree)), "</s>"

    unigram = Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.NFKC()
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.decoder = decoders.Metaspace()
    unigram.train_from_iterator(texts, trainers.UnigramTrainer(
        vocab_size=350, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False))
    # The library orders equally likely pieces differently in every run, so a file that is here stays.
    kept = HERE / "given-unigram.json"
    yield "unigram", Tokenizer.from_file(str(kept)) if kept.exists() else unigram, "</s>"

    llama3 = split_by(LLAMA3, texts, ignore_merges=True)
    # With ignore_merges a word of the vocabulary is that token even where no merge leads to it.
    tree = json.loads(llama3.to_str())
    tree["model"]["vocab"]["\u0120unreachable"] = llama3.get_vocab_size()
    llama3 = Tokenizer.from_str(json.dumps(tree))
    llama3.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>"])
    yield "llama3", llama3, "<|end_of_text|>"

    qwen2 = split_by(QWEN2, texts)
    qwen2.normalizer = normalizers.NFC()
    qwen2.add_special_tokens([END_OF_TEXT, "<|im_start|>"])
    qwen2.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("caf\u00e9", normalized=True)])
    yield "qwen2", qwen2, END_OF_TEXT


def write(name, value):
    lines = ",\n".join(json.dumps(part, ensure_ascii=True) for part in value) if isinstance(value, list) else None
    text = "[\n" + lines + "\n]\n" if lines is not None else json.dumps(value, ensure_ascii=True) + "\n"
    (HERE / name).write_text(text, encoding="utf-8")


def character_class(code_point):
    if 0xD800 <= code_point <= 0xDFFF:
        return None
    character = chr(code_point)
    if len(pieces("a" + character + "a")) == 1:
        return "L"
    if len(pieces("1" + character + "1")) == 1:
        return "N"
    return None if len(pieces("!" + character + "!")) == 1 else "S"


def write_character_classes():
    lines = [
        "# Character classes of the GPT-2 pre-tokenisation pattern, as ranges of code points: L letter, N number, S white space.",
        "# Everything else is of the fourth class. Written by golden/tokenizer/generate.py from Hugging Face tokenizers 0.23.3.",
    ]
    for name, group in itertools.groupby(range(0x110000), character_class):
        members = list(group)
        if name:
            lines.append("%s %X %X" % (name, members[0], members[-1]))
    CLASSES.write_text("\n".join(lines) + "\n", encoding="ascii")


def main():
    random_number = random.Random(20)
    texts = [json.loads(line)["text"] for line in (HERE / "training.jsonl").read_text(encoding="utf-8").splitlines()]
    strange = HANDMADE + [hostile(random_number) for _ in range(120)]
    tokenizer = train(texts + strange, VOCABULARY_SIZE)
    write("reference.json", json.loads(tokenizer.to_str()))
    tokenizer.encode_special_tokens = True  # text is only text
    write("encoded.json", [
        {"text": text, "pieces": pieces(text), "ids": tokenizer.encode(text, add_special_tokens=False).ids}
        for text in strange + texts[:2] + texts[-1:]])
    write("ties.json", list(tie_cases(random_number)))
    for name, given, end_of_text in given_tokenizers(texts):
        write("given-" + name + ".json", json.loads(given.to_str()))
        given.no_truncation()
        given.no_padding()
        given.encode_special_tokens = True
        checked = [text for text in texts[:1] + HANDMADE if "<|" not in text]
        if name in ("llama3", "qwen2"):
            checked += CUT_AND_COMPOSED + strange[len(HANDMADE):len(HANDMADE) + 40]
        write("given-" + name + "-encoded.json", [
            {"end_of_text": end_of_text, "end_of_text_id": given.token_to_id(end_of_text), "vocabulary_size": given.get_vocab_size()}] + [
            {"text": text, "ids": ids, "decoded": given.decode(ids, skip_special_tokens=False)}
            for text in checked for ids in [given.encode(text, add_special_tokens=False).ids]])
    write_character_classes()


if __name__ == "__main__":
    main()
