using System.Net;
using System.Text.Json;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>What is served where, and what a server that is asked to tells of itself.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class PortsSpec(PortsFixture fixture) : IClassFixture<PortsFixture>
{
    [Fact]
    public async Task Http_has_ports_of_its_own_and_grpc_keeps_the_others()
    {
        Assert.Equal(200, (await GetAsync(fixture.HttpPort, "/version")).Status);
        Assert.Equal(200, (await GetAsync(fixture.HttpPort, "/health")).Status);
        Assert.Equal(404, (await GetAsync(fixture.Node.ClientPort, "/version")).Status);
        EtcdctlResult get = await Etcdctl.RunAsync($"127.0.0.1:{fixture.Node.ClientPort}", "get", "shown", "--print-value-only");
        Assert.Equal("secret\n", get.Output);
        EtcdctlResult refused = await Etcdctl.RunAsync($"127.0.0.1:{fixture.HttpPort}", "get", "shown", "--command-timeout=2s");
        Assert.NotEqual(0, refused.ExitCode);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health")]
    [InlineData("/health?serializable=true")]
    [InlineData("/livez")]
    [InlineData("/livez/serializable_read")]
    [InlineData("/readyz?verbose")]
    [InlineData("/readyz/linearizable_read")]
    [InlineData("/readyz/data_corruption")]
    [InlineData("/readyz?exclude=non_learner")]
    public async Task Metrics_port_answers_probes(string path) => Assert.Equal(200, (await GetAsync(fixture.MetricsPort, path)).Status);

    [Theory]
    [InlineData("/version")]
    [InlineData("/v3/kv/range")]
    [InlineData("/debug/vars")]
    public async Task Metrics_port_answers_nothing_else(string path) => Assert.Equal(404, (await GetAsync(fixture.MetricsPort, path)).Status);

    [Fact]
    public async Task Extensive_metrics_tell_how_long_calls_took() => Assert.Contains(
        "grpc_server_handling_seconds_bucket{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\",le=\"0.005\"}",
        (await GetAsync(fixture.MetricsPort, "/metrics")).Body,
        StringComparison.Ordinal);

    [Fact]
    public async Task Variables_are_those_of_expvar()
    {
        using var variables = JsonDocument.Parse((await GetAsync(fixture.HttpPort, "/debug/vars")).Body);
        Assert.True(variables.RootElement.GetProperty("memstats").GetProperty("Alloc").GetInt64() > 0);
        Assert.True(variables.RootElement.GetProperty("raft.status").GetProperty("commit").GetInt64() > 0);
        Assert.NotEmpty(variables.RootElement.GetProperty("cmdline").EnumerateArray());
    }

    [Theory]
    [InlineData("/debug/pprof/", 200, "heap")]
    [InlineData("/debug/pprof/heap", 200, "bytes in use: ")]
    [InlineData("/debug/pprof/goroutine?debug=2", 200, "threads of the pool: ")]
    [InlineData("/debug/pprof/cmdline", 200, "--enable-pprof")]
    [InlineData("/debug/pprof/profile", 501, "dotnet-trace")]
    [InlineData("/debug/pprof/nothing", 404, "Unknown profile")]
    public async Task Profiles_answer(string path, int status, string text)
    {
        (int answered, string body) = await GetAsync(fixture.HttpPort, path);
        Assert.Equal(status, answered);
        Assert.Contains(text, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_requests_are_told_without_their_values()
    {
        await Poll.UntilAsync(
            "the lines",
            TimeSpan.FromSeconds(90),
            () => Task.FromResult(Lines("request stats").Any(IsOfPut) && Lines("apply request took too long").Any()));
        string line = Lines("request stats").First(IsOfPut);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("warn", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("key:\"shown\"", json.RootElement.GetProperty("request content").GetString());
        Assert.EndsWith("ms", json.RootElement.GetProperty("time spent").GetString(), StringComparison.Ordinal);
        Assert.True(json.RootElement.GetProperty("request size").GetInt64() > 0);
        Assert.True(json.RootElement.GetProperty("response size").GetInt64() > 0);
        Assert.DoesNotContain(fixture.Run.Errors, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Slow_reads_are_told_with_what_was_expected()
    {
        string endpoint = $"127.0.0.1:{fixture.Node.ClientPort}";
        Assert.Equal("secret\n", (await Etcdctl.RunAsync(endpoint, "get", "shown", "--print-value-only")).Output);
        EtcdctlResult txn = await Etcdctl.RunAsync(endpoint, ["txn"], "\nget shown\n\n\n", TimeSpan.FromSeconds(60));
        Assert.True(txn.ExitCode == 0, txn.Errors);
        foreach (string kind in new[] { "read-only range ", "read-only txn " })
        {
            string line = await Poll.UntilAsync($"a line of a {kind}", TimeSpan.FromSeconds(30), () => Task.FromResult(
                Lines("apply request took too long").FirstOrDefault(line => line.Contains($"\"prefix\":\"{kind}\"", StringComparison.Ordinal))));
            using var json = JsonDocument.Parse(line);
            Assert.Equal("warn", json.RootElement.GetProperty("level").GetString());
            Assert.Equal("0ms", json.RootElement.GetProperty("expected-duration").GetString());
            Assert.EndsWith("ms", json.RootElement.GetProperty("took").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("size:", json.RootElement.GetProperty("response").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Scripts_of_other_origins_are_not_told_that_they_may_read()
    {
        Assert.Equal("http://a.example:80", await OriginAsync("http://a.example:80"));
        Assert.Null(await OriginAsync("http://b.example:80"));
    }

    [Fact]
    public async Task Request_to_another_host_name_is_refused()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{fixture.HttpPort}/version");
        request.Headers.Host = "evil.example:2379";
        using HttpResponseMessage answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Port_can_be_shared_when_both_say_so()
    {
        using var other = new Node { ClientPort = fixture.Node.ClientPort };
        await using (ServerRun alone = await ServerRun.ToEndAsync(other.Arguments()))
        {
            Assert.Equal(1, await alone.ExitCodeAsync());
            Assert.Contains("bind: address already in use", alone.Errors[^1], StringComparison.Ordinal);
        }

        await using ServerRun shared = await other.ServeAsync("--socket-reuse-port");
    }

    private static async Task<(int Status, string Body)> GetAsync(int port, string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(90) };
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static bool IsOfPut(string line) => line.Contains("/etcdserverpb.KV/Put", StringComparison.Ordinal);

    private IEnumerable<string> Lines(string message)
        => fixture.Run.Errors.Where(line => line.Contains($"\"msg\":\"{message}", StringComparison.Ordinal));

    private async Task<string?> OriginAsync(string origin)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{fixture.HttpPort}/version");
        request.Headers.Add("Origin", origin);
        using HttpResponseMessage answer = await http.SendAsync(request);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;
    }
}
