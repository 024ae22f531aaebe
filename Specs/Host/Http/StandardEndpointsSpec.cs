using System.Net;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Specs.Host.Grpc;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

public sealed class StandardEndpointsSpec
{
    [Fact]
    public async Task Version_is_etcds_json()
    {
        await using GrpcTestServer server = await StartAsync(new Info());

        Assert.Equal(
            (200, "application/json", """{"etcdserver":"3.7.0","etcdcluster":"3.7.0"}"""),
            await GetAsync(server, "/version"));
    }

    [Fact]
    public async Task Version_of_an_undecided_cluster_says_so()
    {
        await using GrpcTestServer server = await StartAsync(new Info { ClusterVersion = null, StorageVersion = "3.6.0" });

        Assert.Equal(
            """{"etcdserver":"3.7.0","etcdcluster":"not_decided","storage":"3.6.0"}""",
            (await GetAsync(server, "/version")).Body);
    }

    [Fact]
    public async Task Health_asks_alarms_then_leader_then_a_read()
    {
        var info = new Info();
        await using GrpcTestServer server = await StartAsync(info);
        Assert.Equal((200, "text/plain; charset=utf-8", """{"health":"true","reason":""}"""), await GetAsync(server, "/health"));

        info.ReadError = "etcdserver: request timed out";
        Assert.Equal(
            (503, "text/plain; charset=utf-8", "{\"health\":\"false\",\"reason\":\"RANGE ERROR:etcdserver: request timed out\"}\n"),
            await GetAsync(server, "/health"));

        info.HasLeader = false;
        Assert.Equal("{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n", (await GetAsync(server, "/health")).Body);

        info.Alarms = ["NOSPACE"];
        Assert.Equal("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n", (await GetAsync(server, "/health")).Body);
        Assert.Contains("NO LEADER", (await GetAsync(server, "/health?exclude=NOSPACE")).Body, StringComparison.Ordinal);

        info.ReadError = null;
        Assert.Equal(200, (await GetAsync(server, "/health?exclude=NOSPACE&serializable=true")).Status);
    }

    [Fact]
    public async Task Probes_report_each_check()
    {
        var info = new Info();
        await using GrpcTestServer server = await StartAsync(info);
        Assert.Equal((200, "text/plain; charset=utf-8", "ok\n"), await GetAsync(server, "/livez"));
        Assert.Equal("[+]serializable_read ok\nok\n", (await GetAsync(server, "/livez?verbose")).Body);

        info.IsLearner = true;
        (int status, _, string body) = await GetAsync(server, "/readyz");
        Assert.Equal(503, status);
        Assert.Contains("[-]non_learner failed: ", body, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync(server, "/readyz?exclude=non_learner")).Status);
        Assert.Equal(200, (await GetAsync(server, "/readyz/linearizable_read")).Status);
        Assert.Equal(503, (await GetAsync(server, "/readyz/non_learner")).Status);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text()
    {
        await using GrpcTestServer server = await StartAsync(new Info());
        await GetAsync(server, "/health");

        (int status, string type, string body) = await GetAsync(server, "/metrics");

        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (status, type));
        Assert.Contains("\netcd_server_health_success 1\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_path_and_wrong_method_are_answered_as_go_does()
    {
        await using GrpcTestServer server = await StartAsync(new Info());
        using var http = new HttpClient();

        Assert.Equal((404, "text/plain; charset=utf-8", "404 page not found\n"), await GetAsync(server, "/nope"));
        using HttpResponseMessage post = await http.PostAsync($"http://{server.EndPoint}/version", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("Method Not Allowed\n", await post.Content.ReadAsStringAsync());
        Assert.Equal(["GET"], post.Content.Headers.Allow);
    }

    [Fact]
    public async Task Pattern_that_ends_in_a_slash_takes_all_below()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(_ => { }, routes: router => router
            .Map("/v2/", call => call.RespondAsync(200, "text/plain", "v2"))
            .Map("/v2/keys/", async call =>
            {
                byte[]? body = await call.ReadBodyAsync(maxBytes: 10);
                await call.RespondAsync(200, "text/plain", body is null ? "too long" : $"keys {body.Length}");
            }));
        using var http = new HttpClient();

        Assert.Equal("v2", (await GetAsync(server, "/v2/members")).Body);
        Assert.Equal("v2", (await GetAsync(server, "/v2")).Body);
        foreach ((int length, string expected) in new[] { (10, "keys 10"), (11, "too long") })
        {
            using HttpResponseMessage put = await http.PutAsync(
                $"http://{server.EndPoint}/v2/keys/a", new ByteArrayContent(new byte[length]));
            Assert.Equal(expected, await put.Content.ReadAsStringAsync());
        }
    }

    private static Task<GrpcTestServer> StartAsync(Info info) =>
        GrpcTestServer.StartAsync(_ => { }, routes: router => router.MapStandard(info, info.Registry));

    private static async Task<(int Status, string Type, string Body)> GetAsync(GrpcTestServer server, string path)
    {
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.GetAsync($"http://{server.EndPoint}{path}");
        string type = response.Content.Headers.ContentType?.ToString() ?? string.Empty;
        return ((int)response.StatusCode, type, await response.Content.ReadAsStringAsync());
    }

    private sealed class Info : IServerInfo
    {
        public MetricRegistry Registry { get; } = new();

        public string ServerVersion => "3.7.0";

        public string? ClusterVersion { get; init; } = "3.7.0";

        public string? StorageVersion { get; init; }

        public bool HasLeader { get; set; } = true;

        public bool IsLearner { get; set; }

        public IReadOnlyCollection<string> Alarms { get; set; } = [];

        public string? ReadError { get; set; }

        public ValueTask<string?> TryReadAsync(bool serializable, CancellationToken cancellationToken) =>
            new(serializable ? null : ReadError);
    }
}
