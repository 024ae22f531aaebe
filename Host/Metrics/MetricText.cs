using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Metrics;

/// <summary>Prometheus' text form 0.0.4.</summary>
internal sealed class MetricText(IBufferWriter<byte> output) : IMetricOutput
{
    public void Head(string name, string help, MetricType type)
    {
        Append("# HELP ");
        Append(name);
        Append(" ");
        Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Append("\n# TYPE ");
        Append(name);
        Append(" ");
        Append(NameOf(type));
        Append("\n");
    }

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

    /// <summary>The inverse of <see cref="Labels"/>.</summary>
    public static List<KeyValuePair<string, object?>> ParseLabels(string labels)
    {
        var pairs = new List<KeyValuePair<string, object?>>();
        for (int at = 0; at < labels.Length; at++)
        {
            int equals = labels.IndexOf('=', at);
            string name = labels[at..equals];
            var value = new StringBuilder();
            for (at = equals + 2; labels[at] != '"'; at++)
            {
                value.Append(labels[at] != '\\' ? labels[at] : labels[++at] == 'n' ? '\n' : labels[at]);
            }

            pairs.Add(new(name, value.ToString()));
            at++;
        }

        return pairs;
    }

    /// <summary>The bound of a bucket is a label, whose text matters: as Go writes it, with an exponent from a million on.</summary>
    public static string Bound(double value) => double.IsFinite(value) && Math.Abs(value) >= 1e6
        ? value.ToString("0.################e+00", CultureInfo.InvariantCulture)
        : Number(value);

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

    private static string NameOf(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private void Append(string text) => Encoding.UTF8.GetBytes(text, output);
}
