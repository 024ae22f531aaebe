using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>A table of one row as etcd's tools draw it: headings in the middle, values to the right.</summary>
internal static class UtlTable
{
    public static string Draw(IReadOnlyList<(string Heading, string Value)> columns)
    {
        var widths = columns.Select(static column => Math.Max(column.Heading.Length, column.Value.Length)).ToArray();
        var line = "+" + string.Concat(widths.Select(static width => new string('-', width + 2) + "+"));
        var text = new StringBuilder();
        text.AppendLine(line);
        text.AppendLine("|" + string.Concat(columns.Zip(widths, (column, width) => Centred(column.Heading.ToUpper(CultureInfo.InvariantCulture), width))));
        text.AppendLine(line);
        text.AppendLine("|" + string.Concat(columns.Zip(widths, (column, width) => $" {column.Value.PadLeft(width)} |")));
        text.AppendLine(line);
        return text.ToString();
    }

    private static string Centred(string text, int width)
    {
        var left = (width - text.Length) / 2;
        return $" {new string(' ', left)}{text}{new string(' ', width - text.Length - left)} |";
    }
}
