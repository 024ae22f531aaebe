using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>What memory a server takes, out of its metrics.</summary>
internal static class ServerMemory
{
    private const string Metric = "process_resident_memory_bytes";

    /// <summary>Bytes; 0 when it cannot be learned, which is told.</summary>
    public static async Task<double> ReadAsync(CtlContext context, CtlEndpoint endpoint)
    {
        bool isSecure = endpoint.IsSecure ?? false;
        using var handler = new SocketsHttpHandler();
        if (isSecure && ClientFlags.OptionsOf(context).Tls is { } tls)
        {
            handler.SslOptions = tls.OptionsFor(endpoint.Host);
            handler.SslOptions.ApplicationProtocols = null;
        }

        using var http = new HttpClient(handler);
        string url = $"{(isSecure ? "https" : "http")}://{endpoint.Authority}/metrics";
        try
        {
            string metrics = await http.GetStringAsync(new Uri(url)).ConfigureAwait(false);
            string? line = metrics.Split('\n').FirstOrDefault(static line => line.StartsWith(Metric, StringComparison.Ordinal));
            if (line != null && double.TryParse(line[Metric.Length..], CultureInfo.InvariantCulture, out double bytes))
            {
                return bytes;
            }

            context.Out.WriteLine($"could not find: {Metric}");
        }
        catch (HttpRequestException failure)
        {
            context.Out.WriteLine($"fetch error: {failure.Message}");
        }

        return 0;
    }
}
