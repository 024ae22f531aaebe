using System.Text;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>Reads lines of which the last counts only when it is ended, as etcdctl does.</summary>
internal static class LineReader
{
    /// <summary>The next line without its end, or null when the input ends before the line does.</summary>
    public static async Task<string?> ReadAsync(TextReader reader)
    {
        var line = new StringBuilder();
        var one = new char[1];
        while (await reader.ReadAsync(one).ConfigureAwait(false) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString();
            }

            line.Append(one[0]);
        }

        return null;
    }
}
