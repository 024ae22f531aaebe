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
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

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

            // It may have been the leader: etcdctl's patience is shorter than an election may take on a loaded machine.
            await cluster.Members[1].KillAsync();
            await Poll.UntilAsync("a write with two members", Within, async () => await Etcdctl2Async(proxy, "--no-sync", "set", "key", "-1") == "-1");
            for (int i = 0; i < 6; i++)
            {
                Assert.Equal($"{i}", await Etcdctl2Async(proxy, "--no-sync", "set", "key", $"{i}"));
            }

            // That it is a proxy, and the members' URLs, are on its disk: what the flags say does not matter any more.
            Assert.Equal(0, await proxy.TerminateAsync());
            await using var again = new ActorEtcdProcess(settings with
            {
                InitialCluster = $"gone=http://127.0.0.1:{FreePorts.Next()}",
                ExtraArguments = [],
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

            // For five seconds; whoever comes later finds out once more that nobody is there.
            await Poll.UntilAsync("nobody to be asked", Within, async () =>
            {
                using HttpResponseMessage none = await Http.GetAsync(UrlOf(proxy, "/v2/keys/key"));
                string said = await none.Content.ReadAsStringAsync();
                return (none.StatusCode, said) == (HttpStatusCode.ServiceUnavailable, "{\"message\":\"httpproxy: zero endpoints currently available\"}")
                    ? true
                    : throw new InvalidOperationException($"{none.StatusCode} {said}");
            });
        });
    }

    [Fact]
    public async Task Proxy_speaks_tls_with_its_members_and_with_its_clients()
    {
        using var dir = new TempDir();
        using var authority = new TestAuthority(dir.Path, "ca");
        IssuedCertificate certificate = authority.Issue("both");
        string[] tls =
        [
            "--cert-file", certificate.CertificatePath, "--key-file", certificate.KeyPath,
            "--trusted-ca-file", authority.Path, "--client-cert-auth",
        ];
        MemberSettings member = MemberSettings.Alone(dir.Path);
        string memberUrl = member.ClientUrl.Replace("http:", "https:", StringComparison.Ordinal);
        await using var server = new ActorEtcdProcess(member with
        {
            ExtraArguments = ["--listen-client-urls", memberUrl, "--advertise-client-urls", memberUrl, .. tls],
        });
        server.Start();
        MemberSettings settings = MemberSettings.Alone(dir.Path, "proxy");
        string proxyUrl = settings.ClientUrl.Replace("http:", "https:", StringComparison.Ordinal);
        await using var proxy = new ActorEtcdProcess(settings with
        {
            InitialCluster = member.InitialCluster,
            ExtraArguments = ["--proxy", "on", "--listen-client-urls", proxyUrl, .. tls],
        });
        proxy.Start();

        await Poll.UntilAsync("a value through the proxy", Within, async () =>
        {
            Assert.True(proxy.IsRunning && server.IsRunning, $"{proxy.Log}\n{server.Log}");
            EtcdctlResult result = await Etcdctl.RunAsync(
                proxyUrl,
                ["--ca-file", authority.Path, "--cert-file", certificate.CertificatePath, "--key-file", certificate.KeyPath, "--no-sync", "set", "key", "value"],
                input: "",
                Within,
                api: "2");
            return result is { ExitCode: 0, Output: "value\n" } ? true : throw new InvalidOperationException(result.Output + result.Errors);
        });
    }

    [Fact]
    public async Task Data_of_a_member_and_of_a_proxy_in_one_place_is_refused_and_a_member_stays_one()
    {
        using var dir = new TempDir();
        MemberSettings settings = MemberSettings.Alone(dir.Path);
        await using var member = new ActorEtcdProcess(settings);
        await member.StartAndWaitAsync();
        await member.KillAsync();
        await using var stays = new ActorEtcdProcess(settings with { ExtraArguments = ["--proxy", "on"] });
        await stays.StartAndWaitAsync();
        Assert.Contains("\"dir-type\":\"member\"", stays.Log, StringComparison.Ordinal);
        Assert.Equal(0, await stays.TerminateAsync());

        Directory.CreateDirectory(Path.Combine(settings.DataDir, "proxy"));
        await using var mixed = new ActorEtcdProcess(settings);
        mixed.Start();
        Assert.Equal(1, await mixed.WaitForExitAsync());
        Assert.Contains("Both member and proxy directories exist", mixed.Log, StringComparison.Ordinal);
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
