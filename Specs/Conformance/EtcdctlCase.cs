namespace ActorEtcd.Specs.Conformance;

/// <summary>One call of etcdctl.</summary>
/// <param name="Arguments">What stands behind the endpoints; <c>$1</c> is the first lease that was granted, in hex.</param>
/// <param name="Input">What etcdctl reads from its standard input.</param>
/// <param name="Lines">When not 0, etcdctl goes on for ever: it is killed when it has written so many lines.</param>
internal sealed record EtcdctlCase(string[] Arguments, string Input, int Lines)
{
    private const string InputMark = " | ";

    private static readonly string[] Formats = ["simple", "json", "fields", "table", "protobuf"];

    /// <summary>
    /// Reads a script of one call a line. A star in front means: in every output format. A number in front is
    /// <see cref="Lines"/>. Behind a bar stands the input, with <c>\n</c> for its line breaks. Double quotes hold an argument
    /// with blanks together.
    /// </summary>
    public static IEnumerable<EtcdctlCase> Parse(string script)
    {
        foreach (string line in script.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int bar = line.IndexOf(InputMark, StringComparison.Ordinal);
            string command = bar < 0 ? line : line[..bar];
            string input = bar < 0 ? "" : line[(bar + InputMark.Length)..].Replace("\\n", "\n", StringComparison.Ordinal);
            string[] words = [.. Words(command)];
            if (words[0] == "*")
            {
                foreach (string format in Formats)
                {
                    yield return new EtcdctlCase([.. words[1..], "-w", format], input, Lines: 0);
                }
            }
            else if (int.TryParse(words[0], out int lines))
            {
                yield return new EtcdctlCase(words[1..], input, lines);
            }
            else
            {
                yield return new EtcdctlCase(words, input, Lines: 0);
            }
        }
    }

    public override string ToString() => string.Join(' ', Arguments) + (Input.Length == 0 ? "" : InputMark + Input);

    private static IEnumerable<string> Words(string command)
    {
        string[] parts = command.Split('"');
        for (int i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
            {
                yield return parts[i];
                continue;
            }

            foreach (string word in parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return word;
            }
        }
    }
}
