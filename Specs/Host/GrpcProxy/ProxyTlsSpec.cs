using System.Diagnostics;
using System.Net.Http;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>TLS on both sides of the proxy, and its flags.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ProxyTlsSpec
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Proxy_speaks_tls_with_members_and_clients_and_clear_text_for_metrics()
    {
        using var dir = new TempDir();
        using var authority = new TestAuthority(dir.Path, "ca");
        IssuedCertificate named = authority.Issue("somebody");
        IssuedCertificate nameless = authority.Issue("", "nameless");
        MemberSettings member = MemberSettings.Alone(dir.Path);
        string memberUrl = member.ClientUrl.Replace("http:", "https:", StringComparison.Ordinal);
        await using var server = new ActorEtcdProcess(member with
        {
            ExtraArguments =
            [
                "--listen-client-urls", memberUrl, "--advertise-client-urls", memberUrl, "--client-cert-auth",
                "--cert-file", named.CertificatePath, "--key-file", named.KeyPath, "--trusted-ca-file", authority.Path,
            ],
        });
        server.Start();
        int metricsPort = FreePorts.Next();
        string[] forClients = ["--cert-file", named.CertificatePath, "--key-file", named.KeyPath, "--trusted-ca-file", authority.Path];
        await using ProxyProcess proxy = ProxyProcess.Start(
            ServerKind.ActorEtcd,
            memberUrl,
            ["--cert", nameless.CertificatePath, "--key", nameless.KeyPath, "--cacert", authority.Path, "--metrics-addr", $"http://127.0.0.1:{metricsPort}", .. forClients]);
        string[] asClient = ["--cacert", authority.Path, "--cert", named.CertificatePath, "--key", named.KeyPath];
        await Poll.UntilAsync("a put through the proxy", Within, async () =>
        {
            EtcdctlResult put = await Etcdctl.RunAsync($"https://{proxy.Endpoint}", [.. asClient, "put", "k", "v"]);
            return put.ExitCode == 0 ? true : throw new InvalidOperationException($"{put.All}\n{proxy.Log}\n{server.Log}");
        });
        Assert.Equal("k\nv", (await Etcdctl.RunAsync($"https://{proxy.Endpoint}", [.. asClient, "get", "k"])).Succeeded());
        EtcdctlResult stranger = await Etcdctl.RunAsync($"https://{proxy.Endpoint}", "--cacert", authority.Path, "--command-timeout=2s", "get", "k");
        Assert.NotEqual(0, stranger.ExitCode);
        foreach (string path in new[] { "/health", "/proxy/health" })
        {
            await ProxyProcess.IsHealthyAsync($"127.0.0.1:{metricsPort}", path);
        }

        Assert.Contains("etcd_server_has_leader 1", await ProxyProcess.GetAsync($"127.0.0.1:{metricsPort}", "/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_that_would_make_every_client_one_user_is_refused()
    {
        using var dir = new TempDir();
        using var authority = new TestAuthority(dir.Path, "ca");
        IssuedCertificate named = authority.Issue("somebody");
        await using ProxyProcess proxy = ProxyProcess.Start(
            ServerKind.ActorEtcd, "127.0.0.1:1", "--cert", named.CertificatePath, "--key", named.KeyPath, "--cacert", authority.Path);
        Assert.Equal(1, await proxy.WaitForExitAsync());
        await Poll.UntilAsync("the reason", Within, () => Task.FromResult(
            proxy.Log.Contains("cert has non empty Common Name (somebody)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Proxy_makes_a_certificate_serves_profiles_and_logs_calls_where_asked()
    {
        using var dir = new TempDir();
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        await using ProxyProcess proxy = ProxyProcess.Start(
            ServerKind.ActorEtcd,
            server.Process.Endpoint,
            "--auto-tls", "--data-dir", dir.Path, "--enable-pprof", "--experimental-enable-grpc-logging", "--experimental-serializable-ordering");
        await Poll.UntilAsync("a put through the proxy", Within, async () =>
        {
            EtcdctlResult put = await Etcdctl.RunAsync($"https://{proxy.Endpoint}", "--insecure-skip-tls-verify", "--insecure-transport=false", "put", "k", "v");
            return put.ExitCode == 0 ? true : throw new InvalidOperationException($"{put.All}\n{proxy.Log}");
        });
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler) { Timeout = Within };
        Assert.Contains("goroutine", await http.GetStringAsync(new Uri($"https://{proxy.Endpoint}/debug/pprof/")), StringComparison.Ordinal);
        await Poll.UntilAsync("the proxy to be healthy", Within, async () =>
            await http.GetStringAsync(new Uri($"https://{proxy.Endpoint}/proxy/health")) == """{"health":"true","reason":""}""");
        await Poll.UntilAsync("the call in the log", Within, () => Task.FromResult(
            proxy.Log.Contains("\"grpc.service\":\"etcdserverpb.KV\",\"grpc.method\":\"Put\",\"grpc.code\":\"OK\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("invalid resolver-ttl 0", "--resolver-prefix", "p")]
    [InlineData("invalid resolver-prefix \"\"", "--resolver-ttl", "5")]
    [InlineData("invalid advertise-client-url \"\"", "--resolver-prefix", "p", "--resolver-ttl", "5", "--advertise-client-url", "")]
    [InlineData("selfSignedCertValidity is invalid,it should be greater than 0", "--auto-tls", "--self-signed-cert-validity", "0")]
    [InlineData("min version (TLS1.3) is greater than max version (TLS1.2)", "--tls-min-version", "TLS1.3", "--tls-max-version", "TLS1.2")]
    [InlineData("KeyFile and CertFile must both be present[key: , cert: x]", "--cert", "x")]
    [InlineData("KeyFile and CertFile must both be present[key: y, cert: ]", "--key-file", "y")]
    [InlineData("unknown flag: --bogus", "--bogus")]
    public void Flags_that_make_no_sense_are_refused(string reason, params string[] arguments)
    {
        ConfigException failure = Assert.Throws<ConfigException>(
            () => GrpcProxyOptionsReader.Read(FlagParser.ParseTool(GrpcProxyFlags.All, arguments), static _ => { }));
        Assert.Equal(reason, failure.Message);
    }

    [Fact]
    public async Task Flags_and_defaults_are_those_of_etcd()
    {
        var start = new ProcessStartInfo(EtcdProcess.Binary, ["grpc-proxy", "start", "--help"]) { RedirectStandardOutput = true };
        using Process etcd = Process.Start(start)!;
        string help = await etcd.StandardOutput.ReadToEndAsync().WaitAsync(Within);
        string[] lines = [.. help.Split('\n').Where(static line => line.TrimStart().StartsWith("--", StringComparison.Ordinal))];
        Assert.True(lines.Length >= 28, help);
        foreach (string line in lines)
        {
            string name = line.TrimStart()[2..].Split(' ')[0];
            FlagDefinition? ours = GrpcProxyFlags.All.SingleOrDefault(flag => flag.Name == name);
            Assert.True(ours is not null, line);
            int at = line.LastIndexOf("(default ", StringComparison.Ordinal);
            bool hasDefault = at >= 0 && line.EndsWith(')');
            Assert.Equal(hasDefault ? line[(at + 9)..^1].Trim('"', '[', ']') : ours.Kind is FlagKind.Switch ? "false" : ours.Kind is FlagKind.Signed ? "0" : "", ours.Default);
        }
    }
}
