using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>What a run found, as lines of "name: value" or as JSON with the same names.</summary>
internal sealed class BenchResult
{
    private readonly List<(string Name, object Value)> _values = [];

    public long Errors { get; private set; }

    public static BenchResult Of(
        BenchOptions options,
        LatencyHistogram latencies,
        IReadOnlyDictionary<string, long> errors,
        TimeSpan duration,
        ServerUsage before,
        ServerUsage after)
    {
        var result = new BenchResult { Errors = errors.Values.Sum() };
        double seconds = duration.TotalSeconds;
        result.Add("command", options.Command);
        result.Add("clients", options.Clients);
        result.Add("conns", options.Connections);
        result.Add("requests", latencies.Count);
        result.Add("errors", result.Errors);
        result.Add("seconds", Math.Round(seconds, 3));
        result.Add("requests_per_second", Math.Round(latencies.Count / seconds, 1));
        result.Add("latency_ms_average", Milliseconds(latencies.MeanNanoseconds));
        foreach ((string name, double percent) in new[]
            { ("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("p99_9", 99.9) })
        {
            result.Add("latency_ms_" + name, Milliseconds(latencies.Percentile(percent)));
        }

        result.Add("latency_ms_max", Milliseconds(latencies.MaxNanoseconds));
        if (options.ServerProcessIds.Length > 0)
        {
            double cpu = after.CpuMicroseconds - before.CpuMicroseconds;
            result.Add("server_cpu_us_per_request", Math.Round(cpu / Math.Max(1, latencies.Count), 2));
            result.Add("server_cpu_cores", Math.Round(cpu / 1_000_000 / seconds, 2));
            result.Add("server_rss_mb", Math.Round(after.ResidentBytes / 1_000_000.0, 1));
        }

        foreach ((string error, long count) in errors.OrderByDescending(pair => pair.Value))
        {
            result.Add($"error[{error}]", count);
        }

        return result;
    }

    public void Add(string name, object value)
    {
        _values.Add((name, value));
    }

    public string Format(bool json)
    {
        if (json)
        {
            return ToJson();
        }

        var text = new StringBuilder();
        foreach ((string name, object value) in _values)
        {
            text.Append(name).Append(": ").AppendLine(Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        return text.ToString().TrimEnd();
    }

    private static double Milliseconds(double nanoseconds)
    {
        return Math.Round(nanoseconds / 1_000_000, 3);
    }

    private string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach ((string name, object value) in _values)
            {
                switch (value)
                {
                    case string text:
                        json.WriteString(name, text);
                        break;
                    case double number:
                        json.WriteNumber(name, number);
                        break;
                    default:
                        json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                        break;
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
