using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Conformance;

/// <summary>One of two servers that get the same v2 requests, with answers in a form that can be compared.</summary>
internal sealed partial class V2Side : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    // Ids and Raft's own numbers differ from server to server; dates from moment to moment.
    private static readonly string[] Compared =
        ["X-Etcd-Index", "X-Raft-Term", "Content-Type", "Allow", "Location", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods"];

    private readonly SingleServer _server;
    private readonly HttpClient _client;

    private V2Side(SingleServer server)
    {
        _server = server;
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{server.Process.Endpoint}"),
            Timeout = Timeout,
        };
    }

    public string Endpoint => _server.Process.Endpoint;

    public string Log => _server.Process.Log;

    public static async Task<V2Side> StartAsync(ServerKind kind)
    {
        string[] arguments = kind == ServerKind.Etcd ? ["--enable-v2"] : ["--compat-version", "3.4.23"];
        var side = new V2Side(await SingleServer.StartAsync(kind, arguments));

        // etcd writes its version as the last thing; from there on indexes are comparable.
        await Poll.UntilAsync("the cluster's version in the v2 store", Timeout, async () =>
            (await side._client.GetAsync(new Uri("/v2/keys/", UriKind.Relative))).Headers.TryGetValues("X-Etcd-Index", out IEnumerable<string>? index)
                && index.Single() == "3");
        return side;
    }

    public async Task<string> SendAsync(V2Call call)
    {
        using HttpResponseMessage response = await _client.SendAsync(call.Message(), HttpCompletionOption.ResponseHeadersRead);
        return await TextAsync(response);
    }

    /// <summary>Begins a watch; the headers are there when this returns, the rest when the result is awaited.</summary>
    public async Task<Func<Task<string>>> WatchAsync(V2Call call)
    {
        HttpResponseMessage response = await _client.SendAsync(call.Message(), HttpCompletionOption.ResponseHeadersRead);
        return async () =>
        {
            using (response)
            {
                return await TextAsync(response);
            }
        };
    }

    /// <summary>Begins a stream and gives its lines, as many as asked for.</summary>
    public async Task<Func<int, Task<string>>> StreamAsync(V2Call call)
    {
        HttpResponseMessage response = await _client.SendAsync(call.Message(), HttpCompletionOption.ResponseHeadersRead);
        return async count =>
        {
            using (response)
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
                using var cancel = new CancellationTokenSource(Timeout);
                var lines = new StringBuilder();
                for (int i = 0; i < count; i++)
                {
                    lines.AppendLine(Normalised(await reader.ReadLineAsync(cancel.Token) ?? "(end)"));
                }

                return lines.ToString();
            }
        };
    }

    /// <summary>Waits until so many watchers wait.</summary>
    public Task WatchersAsync(int count) => Poll.UntilAsync($"{count} watchers", Timeout, async () =>
        (await _client.GetStringAsync(new Uri("/v2/stats/store", UriKind.Relative)))
            .Contains($"\"watchers\":{count}}}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{(int)response.StatusCode}");
        foreach (string name in Compared)
        {
            if (response.Headers.TryGetValues(name, out IEnumerable<string>? values)
                || response.Content.Headers.TryGetValues(name, out values))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}");
            }
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"cluster id: {response.Headers.Contains("X-Etcd-Cluster-Id")}, raft index: {response.Headers.Contains("X-Raft-Index")}");
        return text.Append(Normalised(await response.Content.ReadAsStringAsync())).ToString();
    }

    private static string Normalised(string body)
    {
        string text = body;
        if (body.Contains("\"nodes\":", StringComparison.Ordinal) && JsonNode.Parse(body) is { } json)
        {
            // Go walks a directory in any order unless it is asked to sort.
            Sort(json["node"]);
            text = json.ToJsonString();
        }

        text = Hosts().Replace(text, "HOST");
        text = Ids().Replace(text, "ID");
        text = Expirations().Replace(text, "\"expiration\":\"T\"");
        text = Gets().Replace(text, "gets");
        return Ttls().Replace(text, "\"ttl\":N");
    }

    private static void Sort(JsonNode? node)
    {
        if (node?["nodes"] is not JsonArray nodes)
        {
            return;
        }

        JsonNode[] sorted = [.. nodes.Select(static child => child!).OrderBy(static child => (string)child["key"]!, StringComparer.Ordinal)];
        nodes.Clear();
        foreach (JsonNode child in sorted)
        {
            Sort(child);
            nodes.Add(child);
        }
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Hosts();

    [GeneratedRegex("\"[0-9a-f]{12,16}\"|[Mm]ember: ?[0-9a-f]{12,16}")]
    private static partial Regex Ids();

    [GeneratedRegex("\"expiration\":\"[^\"]*\"")]
    private static partial Regex Expirations();

    [GeneratedRegex("\"ttl\":-?\\d+")]
    private static partial Regex Ttls();

    // How often a server reads its own users and roles is its own affair.
    [GeneratedRegex("\"getsSuccess\":\\d+,\"getsFail\":\\d+")]
    private static partial Regex Gets();
}
