using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Metrics;

/// <summary>Prometheus' text form 0.0.4.</summary>
internal sealed class MetricText(IBufferWriter<byte> output)
{
    public void Head(string name, string help, string type)
    {
        Append("# HELP ");
        Append(name);
        Append(" ");
        Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Append("\n# TYPE ");
        Append(name);
        Append(" ");
        Append(type);
        Append("\n");
    }

    /// <summary>A sample; <paramref name="labels"/> is empty or <c>a="x",b="y"</c>.</summary>
    public void Sample(string name, string labels, double value)
    {
        Append(name);
        if (labels.Length > 0)
        {
            Append("{");
            Append(labels);
            Append("}");
        }

        Append(" ");
        Append(Number(value));
        Append("\n");
    }

    public static string Labels(IReadOnlyList<string> names, IReadOnlyList<string> values)
    {
        var text = new StringBuilder();
        for (int i = 0; i < names.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : ",").Append(names[i]).Append("=\"").Append(Escape(values[i])).Append('"');
        }

        return text.ToString();
    }

    public static string Number(double value)
    {
        if (double.IsPositiveInfinity(value))
        {
            return "+Inf";
        }

        if (double.IsNegativeInfinity(value))
        {
            return "-Inf";
        }

        return value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private void Append(string text) => Encoding.UTF8.GetBytes(text, output);
}
