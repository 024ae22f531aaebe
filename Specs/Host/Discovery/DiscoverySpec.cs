using System.Net;
using System.Text.Json;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Discovery;

/// <summary>Members that find each other: by a token in the v2 and the v3 API, and by DNS.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DiscoverySpec : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly TempDir _dir = new();
    private readonly List<MemberProcess> _members = [];
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Three_members_meet_at_a_v2_token_a_fourth_becomes_a_proxy_and_a_fifth_ends()
    {
        await using SingleServer service = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        string token = $"http://{service.Process.Endpoint}/v2/keys/discovery/6c007a14875d53d9bf0ef5a6fc0257c817f0fb83";
        await PutAsync(token + "/_config/size", "3");
        await StartAsync(3, "--discovery", token);
        await PutAsync(Keys(_members[0], "mykey"), "this is awesome");

        MemberProcess proxy = Add("extra", "--discovery", token);
        proxy.Start();
        await Poll.UntilAsync("the value through the proxy", Within, async () =>
            (await _http.GetStringAsync(Keys(proxy, "mykey"))).Contains("this is awesome", StringComparison.Ordinal));
        await PutAsync(Keys(proxy, "other"), "by the proxy");
        Assert.Contains("by the proxy", await _http.GetStringAsync(Keys(_members[1], "other?quorum=true")), StringComparison.Ordinal);
        Assert.Contains("falling back to proxy", proxy.Log, StringComparison.Ordinal);
        using (JsonDocument config = JsonDocument.Parse(await _http.GetStringAsync($"http://{proxy.Endpoint}/v2/config/local/proxy")))
        {
            Assert.Equal(
                _members.Take(3).Select(static member => member.Settings.ClientUrl).Order(),
                config.RootElement.GetProperty("endpoints").EnumerateArray().Select(static url => url.GetString()).Order());
        }

        MemberProcess unwanted = Add("unwanted", "--discovery", token, "--discovery-fallback", "exit");
        unwanted.Start();
        Assert.Equal(1, await unwanted.WaitForExitAsync());
        Assert.Contains("discovery: cluster is full", unwanted.Log, StringComparison.Ordinal);
        Assert.Equal(0, await proxy.TerminateAsync());
    }

    [Fact]
    public async Task Three_members_meet_at_a_v3_token()
    {
        await using SingleServer service = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        await service.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest
        {
            Key = ByteString.CopyFromUtf8("/_etcd/registry/together/_config/size"),
            Value = ByteString.CopyFromUtf8("3"),
        });
        string[] flags = ["--discovery-token", "together", "--discovery-endpoints", service.Process.Settings.ClientUrl];
        await StartAsync(3, flags);
        await AssertMembersAsync(3);

        MemberProcess unwanted = Add("unwanted", flags);
        unwanted.Start();
        Assert.Equal(1, await unwanted.WaitForExitAsync());
        Assert.Contains("discovery: cluster is full", unwanted.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("foo", true)]
    public async Task Members_find_each_other_by_srv_records(string suffix, bool truncates)
    {
        MemberSettings[] settings = [.. Enumerable.Range(0, 3).Select(i => MemberSettings.Alone(_dir.Path, $"m{i}"))];
        string service = suffix.Length == 0 ? "etcd-server" : "etcd-server-" + suffix;
        using var dns = new DnsServer(
            new() { [$"_{service}._tcp.specs.test"] = [.. settings.Select(static one => ("localhost", one.PeerPort))] }, truncates);
        foreach (MemberSettings one in settings)
        {
            string[] name = suffix.Length == 0 ? [] : ["--discovery-srv-name", suffix];
            var member = MemberProcess.Of(SpecEnvironment.ServerUnderTest, one with
            {
                InitialCluster = string.Empty,
                Environment = new Dictionary<string, string> { [SrvQuery.ServersVariable] = dns.Address },
                ExtraArguments = ["--discovery-srv", "specs.test", .. name, "--initial-advertise-peer-urls", $"http://localhost:{one.PeerPort}"],
            });
            _members.Add(member);
            member.Start();
        }

        await Task.WhenAll(_members.Select(static member => member.WaitUntilReadyAsync()));

        await AssertMembersAsync(3);
        Assert.Equal(truncates, dns.AskedByTcp > 0);
    }

    [Fact]
    public async Task Member_that_no_record_names_ends_with_the_reason()
    {
        using var dns = new DnsServer(new() { ["_etcd-server._tcp.specs.test"] = [("localhost", 1)] });
        MemberProcess member = Add("lost", "--discovery-srv", "specs.test");
        await using MemberProcess asked = MemberProcess.Of(SpecEnvironment.ServerUnderTest, member.Settings with
        {
            Environment = new Dictionary<string, string> { [SrvQuery.ServersVariable] = dns.Address },
        });
        asked.Start();
        Assert.Equal(1, await asked.WaitForExitAsync());
        Assert.Contains("cannot find local etcd member \"lost\" in SRV records", asked.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", HttpStatusCode.Created)]
    [InlineData("readonly", HttpStatusCode.NotImplemented)]
    public async Task Proxy_by_its_flag_passes_what_its_kind_passes(string kind, HttpStatusCode expected)
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        MemberProcess proxy = Add("proxy", "--proxy", kind, "--initial-cluster", $"default={server.Process.Settings.PeerUrl}");
        proxy.Start();
        await Poll.UntilAsync("the proxy to know the member", Within, async () =>
            (await _http.GetStringAsync($"http://{proxy.Endpoint}/v2/keys/")).Contains("\"dir\":true", StringComparison.Ordinal));

        using var form = new FormUrlEncodedContent([new("value", "v")]);
        using HttpResponseMessage response = await _http.PutAsync(Keys(proxy, "k"), form);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Created)
        {
            Assert.True(response.Headers.Contains("X-Etcd-Index"));
            await AssertWatchAsync(proxy, server.Process);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (MemberProcess member in _members)
        {
            await member.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _dir.Dispose();
    }

    private static Uri Keys(MemberProcess member, string key) => new($"http://{member.Endpoint}/v2/keys/{key}");

    // Events pass as they come: the stream has no end.
    private async Task AssertWatchAsync(MemberProcess proxy, MemberProcess member)
    {
        Stream stream = await _http.GetStreamAsync($"http://{proxy.Endpoint}/v2/keys/w?wait=true&stream=true").WaitAsync(Within);
        using var lines = new StreamReader(stream);
        foreach (string value in new[] { "one", "two" })
        {
            await PutAsync(Keys(member, "w"), value);
            Assert.Contains(value, await lines.ReadLineAsync().WaitAsync(Within), StringComparison.Ordinal);
        }
    }

    private async Task StartAsync(int count, params string[] flags)
    {
        foreach (int i in Enumerable.Range(0, count))
        {
            Add($"m{i}", flags).Start();
        }

        await Task.WhenAll(_members.Select(static member => member.WaitUntilReadyAsync()));
    }

    private MemberProcess Add(string name, params string[] flags)
    {
        MemberSettings settings = MemberSettings.Alone(_dir.Path, name) with { InitialCluster = string.Empty, ExtraArguments = flags };
        var member = MemberProcess.Of(SpecEnvironment.ServerUnderTest, settings);
        _members.Add(member);
        return member;
    }

    private async Task AssertMembersAsync(int count)
    {
        await using GrpcChannel channel = await _members[0].ConnectAsync();

        // Each tells its name once it serves.
        await Poll.UntilAsync("all members with their names", Within, async () =>
        {
            MemberListResponse list = await channel.UntilDoneAsync(EtcdMethods.MemberList, new MemberListRequest { Linearizable = true });
            return _members.Take(count).Select(static member => member.Settings.Name).Order().SequenceEqual(list.Members.Select(static member => member.Name).Order())
                ? true
                : throw new InvalidOperationException($"{list}");
        });
    }

    private Task PutAsync(string url, string value) => PutAsync(new Uri(url), value);

    private async Task PutAsync(Uri url, string value)
    {
        using var form = new FormUrlEncodedContent([new("value", value)]);
        using HttpResponseMessage response = await _http.PutAsync(url, form);
        Assert.True(response.IsSuccessStatusCode, $"{url}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
