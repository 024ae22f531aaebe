using System.Net;
using System.Text;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Proxy;

/// <summary>A process that is started with --proxy passes requests to the members of a cluster, whoever of them is there.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ProxySpec
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    // Without it etcdctl waits two seconds for an answer, which an election can take.
    private static readonly string[] Patiently = ["--timeout", "20s", "--total-timeout", "25s"];
    private static readonly HttpClient Http = new() { Timeout = Within };

    [Fact]
    public async Task Proxy_passes_requests_and_watches_to_the_members_that_are_there()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        using var dir = new TempDir();
        await cluster.GuardAsync(async () =>
        {
            MemberSettings settings = SettingsOf(cluster, dir.Path, "on");
            await using var proxy = new ActorEtcdProcess(settings);
            proxy.Start();
            await ServesAsync(proxy, endpoints: 3);
            Assert.Equal("value", await Etcdctl2Async(proxy, "set", "key", "value"));
            Assert.Equal("value", await Etcdctl2Async(cluster.Members[0], "get", "--quorum", "key"));
            Assert.EndsWith("cluster is healthy", await Etcdctl2Async(proxy, "cluster-health"), StringComparison.Ordinal);
            await WatchesAsync(proxy);
            using HttpResponseMessage missing = await Http.GetAsync(UrlOf(proxy, "/v2/keys/none%2Fx?quorum=true"));
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
            Assert.True(missing.Headers.Contains("X-Etcd-Index"));

            await cluster.Members[1].KillAsync();
            for (int i = 0; i < 6; i++)
            {
                Assert.Equal($"{i}", await Etcdctl2Async(proxy, [.. Patiently, "--no-sync", "set", "key", $"{i}"]));
            }

            // The members' URLs are on its disk: what the flags say does not matter any more.
            Assert.Equal(0, await proxy.TerminateAsync());
            await using var again = new ActorEtcdProcess(settings with
            {
                InitialCluster = $"gone=http://127.0.0.1:{FreePorts.Next()}",
                ExtraArguments = ["--proxy", "on"],
            });
            again.Start();
            await ServesAsync(again, endpoints: 3);
            Assert.Equal("5", await Etcdctl2Async(again, "--no-sync", "get", "key"));
            Assert.Equal(0, await again.TerminateAsync());
        });
    }

    [Fact]
    public async Task Readonly_proxy_passes_reads_alone_and_without_members_says_so()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        using var dir = new TempDir();
        await cluster.GuardAsync(async () =>
        {
            await Etcdctl2Async(cluster.Members[0], "set", "key", "value");
            await using var proxy = new ActorEtcdProcess(SettingsOf(cluster, dir.Path, "readonly"));
            proxy.Start();
            await ServesAsync(proxy, endpoints: 3);
            Assert.Equal("value", await Etcdctl2Async(proxy, "--no-sync", "get", "key"));
            using var content = new StringContent("value=x", Encoding.UTF8, "application/x-www-form-urlencoded");
            using HttpResponseMessage refused = await Http.PutAsync(UrlOf(proxy, "/v2/keys/key"), content);
            Assert.Equal(HttpStatusCode.NotImplemented, refused.StatusCode);

            await Task.WhenAll(cluster.Members.Select(static member => member.KillAsync()));
            using HttpResponseMessage failed = await Http.GetAsync(UrlOf(proxy, "/v2/keys/key"));
            Assert.Equal(
                (HttpStatusCode.BadGateway, "{\"message\":\"httpproxy: unable to get response from 3 endpoint(s)\"}"),
                (failed.StatusCode, await failed.Content.ReadAsStringAsync()));
            using HttpResponseMessage none = await Http.GetAsync(UrlOf(proxy, "/v2/keys/key"));
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "{\"message\":\"httpproxy: zero endpoints currently available\"}"),
                (none.StatusCode, await none.Content.ReadAsStringAsync()));
        });
    }

    private static MemberSettings SettingsOf(ThreeNodeCluster cluster, string dir, string proxy) => MemberSettings.Alone(dir, "proxy") with
    {
        InitialCluster = cluster.Members[0].Settings.InitialCluster,
        ExtraArguments = ["--proxy", proxy],
    };

    private static async Task WatchesAsync(MemberProcess proxy)
    {
        // Its headers come before anything happens.
        using HttpResponseMessage watch = await Http.GetAsync(
            UrlOf(proxy, "/v2/keys/watched?wait=true&stream=true"), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync());
        for (int i = 0; i < 3; i++)
        {
            await Etcdctl2Async(proxy, "set", "watched", $"{i}");
            Assert.Contains($"\"value\":\"{i}\"", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    private static Task ServesAsync(MemberProcess proxy, int endpoints) => Poll.UntilAsync("the proxy to know its endpoints", Within, async () =>
    {
        Assert.True(proxy.IsRunning, proxy.Log);
        string answer = await Http.GetStringAsync(UrlOf(proxy, "/v2/config/local/proxy"));
        return answer.Split("http://").Length == endpoints + 1;
    });

    private static Uri UrlOf(MemberProcess member, string path) => new($"http://{member.Endpoint}{path}");

    private static async Task<string> Etcdctl2Async(MemberProcess member, params string[] arguments)
    {
        EtcdctlResult result = await Etcdctl.RunAsync("http://" + member.Endpoint, arguments, input: "", Within, api: "2");
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Errors}\n{member.Log}");
        return result.Output.TrimEnd('\n');
    }
}
