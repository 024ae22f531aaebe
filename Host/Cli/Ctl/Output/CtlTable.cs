using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>Headings and rows, drawn as etcdctl draws them: headings in the middle, values to the right.</summary>
internal sealed record CtlTable(string[] Headings, List<string[]> Rows)
{
    /// <summary>A cell of words is broken into lines of about this width.</summary>
    private const int WidthMax = 30;

    private static readonly string[] Ascii = ["+", "+", "+", "+", "+", "+", "+", "+", "+", "-", "|"];
    private static readonly string[] Boxes = ["┌", "┬", "┐", "├", "┼", "┤", "└", "┴", "┘", "─", "│"];

    /// <summary>The rows alone, a line each, as the simple format has them.</summary>
    public string Lines() => string.Concat(Rows.Select(static row => string.Join(", ", row) + "\n"));

    public string Draw(bool withBoxes)
    {
        string[] signs = withBoxes ? Boxes : Ascii;
        string[] headings = [.. Headings.Select(static heading => heading.ToUpper(CultureInfo.InvariantCulture).Replace('_', ' '))];
        string[][][] rows = [.. Rows.Select(row => row.Select(cell => withBoxes ? [cell] : Wrapped(cell)).ToArray())];
        int[] widths = [.. headings.Select((heading, column) => rows
            .SelectMany(row => row[column])
            .Append(heading)
            .Max(static line => new StringInfo(line).LengthInTextElements))];
        var text = new StringBuilder();
        Rule(text, signs, 0, widths);
        Line(text, signs[10], headings.Select((heading, column) => Centred(heading, widths[column])));
        Rule(text, signs, 3, widths);
        foreach (string[][] row in rows)
        {
            int height = row.Max(static cell => cell.Length);
            for (int i = 0; i < height; i++)
            {
                Line(text, signs[10], row.Select((cell, column) => (i < cell.Length ? cell[i] : "").PadLeft(widths[column])));
            }
        }

        Rule(text, signs, 6, widths);
        return text.ToString();
    }

    private static string[] Wrapped(string cell)
    {
        if (cell.Length <= WidthMax)
        {
            return [cell];
        }

        var lines = new List<string>();
        string line = "";
        foreach (string word in cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > WidthMax)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : line + " " + word;
        }

        lines.Add(line);
        return [.. lines];
    }

    private static void Rule(StringBuilder text, string[] signs, int first, int[] widths)
    {
        text.Append(signs[first]);
        for (int i = 0; i < widths.Length; i++)
        {
            text.Insert(text.Length, signs[9], widths[i] + 2);
            text.Append(signs[i + 1 < widths.Length ? first + 1 : first + 2]);
        }

        text.Append('\n');
    }

    private static void Line(StringBuilder text, string edge, IEnumerable<string> cells)
    {
        text.Append(edge);
        foreach (string cell in cells)
        {
            text.Append(' ').Append(cell).Append(' ').Append(edge);
        }

        text.Append('\n');
    }

    private static string Centred(string text, int width)
    {
        int left = (width - text.Length) / 2;
        return text.PadLeft(left + text.Length).PadRight(width);
    }
}
