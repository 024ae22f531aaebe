using System.Text;

namespace ActorEtcd.Host.Cli.Ctl.Text;

/// <summary>Takes a line of the interactive commands apart: blanks separate, quotes hold together.</summary>
internal static class WordSplitter
{
    /// <exception cref="CtlException">A quoted text has an escape that there is not.</exception>
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        int at = 0;
        while (at < line.Length)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
            }
            else if (line[at] == '"' && EndOfQuoted(line, at) is var end and > 0)
            {
                words.Add(Unquoted(line[at..end]));
                at = end;
            }
            else if (line[at] == '\'' && line.IndexOf('\'', at + 1) is var close and > 0)
            {
                words.Add(line[(at + 1)..close]);
                at = close + 1;
            }
            else if (line[at] is '"' or '\'')
            {
                // A quote that nothing closes belongs to no word.
                at++;
            }
            else
            {
                int begin = at;
                while (at < line.Length && !char.IsWhiteSpace(line[at]))
                {
                    at++;
                }

                words.Add(line[begin..at]);
            }
        }

        return words;
    }

    private static int EndOfQuoted(string line, int begin)
    {
        for (int i = begin + 1; i < line.Length; i++)
        {
            if (line[i] == '\\')
            {
                i++;
            }
            else if (line[i] == '"')
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static string Unquoted(string quoted)
    {
        return new GoScanner(quoted).TryQuoted(out byte[] value)
            ? Encoding.UTF8.GetString(value)
            : throw new CtlException(CtlExit.InvalidInput, "invalid syntax");
    }
}
