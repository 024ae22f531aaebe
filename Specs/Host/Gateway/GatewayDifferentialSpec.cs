using System.Text.Json;
using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Gateway;

/// <summary>The same JSON requests to a real etcd and to the server under test that says it is of the same version.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class GatewayDifferentialSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly (string Path, string Body)[] Requests =
    [
        ("/v3/kv/put", """{"key":"Zm9v","value":"YmFy"}"""),
        ("/v3beta/kv/put", """{"key":"Zm9v","value":"YmF6","prev_kv":true}"""),
        ("/v3/kv/put", """{"key":"Zm9v","value":"cXV4","prevKv":true,"unknown":[1,{"a":null}]}"""),
        ("/v3/kv/put", ""),
        ("/v3/kv/put", """{"key":"YQ==","lease":77}"""),
        ("/v3/kv/range", """{"key":"Zm9v"}"""),
        ("/v3/kv/range", """{"key":"AA==","range_end":"AA==","sort_order":"DESCEND","sortTarget":1,"limit":"1"}"""),
        ("/v3/kv/range", """{"key":"Zm9v","revision":"2","serializable":true}"""),
        ("/v3/kv/range", """{"key":"Zm9v","revision":99}"""),
        ("/v3/kv/range", """{"key":"bm9uZQ=="}"""),
        ("/v3/kv/txn", """
            {"compare":[{"target":"MOD","key":"Zm9v","modRevision":"4"},{"key":"bm9uZQ==","create_revision":0,"target":"CREATE"}],
             "success":[{"requestRange":{"key":"Zm9v"}},{"request_put":{"key":"YQ==","prev_kv":true}},
                        {"requestDeleteRange":{"key":"Yg=="}},{"request_txn":{"success":[{"requestPut":{"key":"Yw=="}}]}}]}
            """),
        ("/v3/kv/txn", """{"success":[{"requestPut":{"key":"YQ=="}},{"requestPut":{"key":"YQ=="}}]}"""),
        ("/v3/kv/txn", "{}"),
        ("/v3/kv/deleterange", """{"key":"YQ==","prev_kv":true}"""),
        ("/v3/kv/deleterange", """{"key":"YQ=="}"""),
        ("/v3/kv/compaction", """{"revision":"3"}"""),
        ("/v3/kv/compaction", """{"revision":"3"}"""),
        ("/v3/kv/range", """{"key":"Zm9v","revision":"1"}"""),
        ("/v3/lease/grant", """{"ID":"5","TTL":100}"""),
        ("/v3/lease/grant", """{"ID":"5","TTL":100}"""),
        ("/v3/kv/put", """{"key":"bGVhc2Vk","lease":"5"}"""),
        ("/v3/lease/keepalive", """{"ID":"5"} {"ID":"6"}"""),
        ("/v3/lease/keepalive", ""),
        ("/v3/lease/leases", "{}"),
        ("/v3/kv/lease/leases", ""),
        ("/v3/lease/timetolive", """{"ID":"6","keys":true}"""),
        ("/v3/lock/lock", """{"name":"bG9jaw==","lease":"5"}"""),
        ("/v3/lock/lock", """{"name":"bG9jaw==","lease":"77"}"""),
        ("/v3/lock/unlock", """{"key":"bG9jay81"}"""),
        ("/v3/election/leader", """{"name":"bQ=="}"""),
        ("/v3/election/campaign", """{"name":"bQ==","lease":"5","value":"b25l"}"""),
        ("/v3/election/leader", """{"name":"bQ=="}"""),
        ("/v3/election/proclaim", "{}"),
        ("/v3/election/proclaim", """{"leader":{"name":"bQ==","key":"bS81","rev":"3","lease":"5"},"value":"dHdv"}"""),
        ("/v3/election/resign", "{}"),
        ("/v3/election/resign", """{"leader":{"name":"bQ==","key":"bS81","rev":"3"}}"""),
        ("/v3/kv/lease/revoke", """{"ID":"5"}"""),
        ("/v3/lease/revoke", """{"ID":"5"}"""),
        ("/v3/cluster/member/list", "{}"),
        ("/v3/maintenance/transfer-leadership", """{"targetID":"5"}"""),
        ("/v3/nope", "{}"),
        ("/v3/kv/range/", "{}"),
        ("/v3alpha/kv/range", """{"key":"Zm9v"}"""),
        ("/v3/auth/authenticate", """{"name":"root","password":"p"}"""),
        ("/v3/auth/enable", "{}"),
        ("/v3/auth/user/add", """{"name":"root","password":"p"}"""),
        ("/v3/auth/user/add", """{"name":"root","password":"p"}"""),
        ("/v3/auth/user/add", """{"name":""}"""),
        ("/v3/auth/user/add", """{"name":"bob","options":{"no_password":true}}"""),
        ("/v3/auth/role/add", """{"name":"root"}"""),
        ("/v3/auth/role/add", """{"name":"r"}"""),
        ("/v3/auth/role/grant", """{"name":"r","perm":{"permType":"READ","key":"YQ==","range_end":"Yg=="}}"""),
        ("/v3/auth/role/grant", """{"name":"r","perm":{"permType":1,"key":"ZQ=="}}"""),
        ("/v3/auth/role/revoke", """{"role":"r","key":"eg=="}"""),
        ("/v3/auth/role/get", """{"role":"r"}"""),
        ("/v3/auth/role/get", """{"role":"nope"}"""),
        ("/v3/auth/role/list", ""),
        ("/v3/auth/user/grant", """{"user":"root","role":"root"}"""),
        ("/v3/auth/user/grant", """{"user":"bob","role":"nope"}"""),
        ("/v3/auth/user/revoke", """{"name":"bob","role":"r"}"""),
        ("/v3/auth/user/get", """{"name":"root"}"""),
        ("/v3/auth/user/list", "{}"),
        ("/v3/auth/enable", "{}"),
        ("/v3/kv/range", """{"key":"Zm9v"}"""),
        ("/v3/auth/user/list", "{}"),
        ("/v3/auth/authenticate", """{"name":"root","password":"wrong"}"""),
    ];

    // Refused for the body itself, in words of each server's own.
    private static readonly (string Path, string Body)[] WrongBodies =
    [
        ("/v3/kv/range", "{"),
        ("/v3/kv/range", "[]"),
        ("/v3/kv/range", """{"key":"Zm9"}"""),
        ("/v3/kv/range", """{"key":5}"""),
        ("/v3/kv/range", """{"limit":"many"}"""),
        ("/v3/kv/range", """{"limit":true}"""),
        ("/v3/kv/range", """{"limit":99999999999999999999}"""),
        ("/v3/kv/range", """{"serializable":"true"}"""),
        ("/v3/kv/range", """{"sort_order":"UPWARD"}"""),
        ("/v3/kv/txn", """{"success":{}}"""),
    ];

    [Fact]
    public async Task Gateways_answer_alike()
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        string version = await VersionAsync(etcd);
        await using SingleServer other = await SingleServer.StartAsync(ServerKind.ActorEtcd, $"--compat-version={version}");
        foreach ((string path, string body) in WrongBodies)
        {
            string expected = (await PostAsync(etcd, path, body)).Split('{')[0];
            string actual = (await PostAsync(other, path, body)).Split('{')[0];
            Assert.True(expected == actual, $"{path} {body}\nexpected {expected}\nactual   {actual}");
        }

        foreach (string value in new[] { "YQ==", "Yg==" })
        {
            string put = $$"""{"key":"Zm9v","value":"{{value}}"}""";
            Assert.Equal(await PostAsync(etcd, "/v3/kv/put", put), await PostAsync(other, "/v3/kv/put", put));
        }

        const string Watch = """{"create_request":{"key":"Zm9v","start_revision":"2","prev_kv":true}}""";
        Assert.Equal(await FirstLinesAsync(etcd, Watch), await FirstLinesAsync(other, Watch));
        foreach ((string path, string body) in Requests)
        {
            string expected = await PostAsync(etcd, path, body);
            string actual = await PostAsync(other, path, body);
            Assert.True(expected == actual, $"{path} {body}\nexpected {expected}\nactual   {actual}");
        }

    }

    [Fact]
    public async Task Gateways_that_are_switched_off_are_not_there()
    {
        const string Off = "--enable-grpc-gateway=false";
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd, Off);
        await using SingleServer other = await SingleServer.StartAsync(ServerKind.ActorEtcd, Off);

        string answer = await PostAsync(other, "/v3/kv/put", """{"key":"Zm9v"}""");

        Assert.StartsWith("404 ", answer, StringComparison.Ordinal);
        Assert.Equal(await PostAsync(etcd, "/v3/kv/put", """{"key":"Zm9v"}"""), answer);
    }

    // What the real server says it is, the server under test says too.
    private static async Task<string> VersionAsync(SingleServer server)
    {
        using var http = new HttpClient();
        using var told = JsonDocument.Parse(await http.GetStringAsync(server.Process.Settings.ClientUrl + "/version").WaitAsync(Patience));
        return told.RootElement.GetProperty("etcdserver").GetString()!;
    }

    private static async Task<string> PostAsync(SingleServer server, string path, string body)
    {
        using var http = new HttpClient();
        using HttpResponseMessage response =
            await http.PostAsync(server.Process.Settings.ClientUrl + path, new StringContent(body)).WaitAsync(Patience);
        string text = await response.Content.ReadAsStringAsync();
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {Normalised(text)}";
    }

    private static async Task<string> FirstLinesAsync(SingleServer server, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Process.Settings.ClientUrl + "/v3/watch");
        request.Content = new StringContent(body);
        using HttpResponseMessage response =
            await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        string? created = await lines.ReadLineAsync().WaitAsync(Patience);
        string? events = await lines.ReadLineAsync().WaitAsync(Patience);
        return Normalised($"{created}\n{events}");
    }

    // What belongs to the one server: its ids, ports and term.
    private static string Normalised(string text) => Own().Replace(text, "\"$1\":\"own\"");

    [GeneratedRegex("\"(cluster_id|member_id|raft_term|ID)\":\"\\d{2,}\"|\"(raft_term)\":\"\\d+\"|http://127[^\"]*")]
    private static partial Regex Own();
}
