using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Conformance;

/// <summary>The same plain HTTP requests to a real etcd 3.4 and to a server that says it is one: status, type, body.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class HttpConformanceSpec
{
    private static readonly (string Method, string Path, string? Body)[] Requests =
    [
        ("GET", "/health", null),
        ("GET", "/health?exclude=NOSPACE", null),
        ("GET", "/health?serializable=true", null),
        ("POST", "/health", ""),
        ("PUT", "/health", ""),
        ("OPTIONS", "/health", null),
        ("GET", "/version", null),
        ("POST", "/version", ""),
        ("GET", "/", null),
        ("GET", "/nothing", null),
        ("GET", "/debug/pprof/", null),
        ("GET", "/debug/pprof", null),
        ("HEAD", "/metrics", null),
        ("GET", "/v2", null),
        ("GET", "/v3", null),
        ("GET", "/v2/keys", null),
        ("GET", "/v2/keys/none", null),
        ("GET", "/v2/nothing", null),
        ("PUT", "/v2/keys/a?value=b", ""),
        ("GET", "/v2/keys/a", null),
        ("GET", "/v3/kv/range", null),
        ("GET", "/v3/nothing", null),
        ("POST", "/v3/nothing", "{}"),
        ("POST", "/v3/kv/range", "{}"),
        ("POST", "/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}"),
        ("POST", "/v3/kv/range", "{\"key\":\"Zm9v\"}"),
        ("POST", "/v3/lease/revoke", "{\"ID\":\"7\"}"),
        ("POST", "/v3/lease/timetolive", "{\"ID\":\"7\"}"),
        ("POST", "/v3/cluster/member/list", "{}"),
        ("POST", "/v3/auth/enable", "{}"),
        ("POST", "/v3/kv/compaction", "{\"revision\":\"99\"}"),
    ];

    [Fact]
    public async Task Answers_are_those_of_etcd()
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd, "--enable-v2");
        await using SingleServer ours = await SingleServer.StartAsync(ServerKind.ActorEtcd, "--compat-version=3.4.23");

        // Each server closes connections after refusals of its own.
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        var differences = new List<string>();
        foreach ((string method, string path, string? body) in Requests)
        {
            string expected = await AskAsync(http, etcd, method, path, body);
            string found = await AskAsync(http, ours, method, path, body);
            if (expected != found)
            {
                differences.Add($"{method} {path} {body}\netcd: {expected}\nours: {found}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task<string> AskAsync(HttpClient http, SingleServer server, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{server.Process.Endpoint}{path}");
        request.Content = body is null ? null : new StringContent(body);
        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        text = Varying().Replace(text, "$1#").Replace($"{server.Process.Settings.ClientPort}", "CLIENT", StringComparison.Ordinal)
            .Replace($"{server.Process.Settings.PeerPort}", "PEER", StringComparison.Ordinal);
        return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType} {text}";
    }

    // Ids, and how many entries a start makes.
    [GeneratedRegex("""("(?:cluster_id|member_id|ID|raft_term|revision|create_revision|mod_revision)":"|"(?:modifiedIndex|createdIndex|index)":)\d+""")]
    private static partial Regex Varying();
}
