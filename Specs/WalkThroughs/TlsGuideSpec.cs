using System.Text.RegularExpressions;
using ActorEtcd.Specs.Akka;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>
/// The guide to TLS with cfssl: an authority, a certificate for each server, one for each member as a peer, one for clients;
/// then the commands with them, and everyone who must be refused.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class TlsGuideSpec : IDisposable
{
    private readonly TempDir _dir = new();
    private readonly TestAuthority _ca;
    private readonly TestAuthority _stranger;
    private readonly Node[] _nodes = [new(), new(), new()];

    public TlsGuideSpec()
    {
        _ca = new TestAuthority(_dir.Path, "ca");
        _stranger = new TestAuthority(_dir.Path, "stranger-ca");
        _ca.Issue("client", isServer: false);
        _ca.Issue("late", validFor: TimeSpan.FromHours(1));
        _stranger.Issue("mallory");
    }

    public void Dispose()
    {
        _ca.Dispose();
        _stranger.Dispose();
        _dir.Dispose();
        Array.ForEach(_nodes, node => node.Dispose());
    }

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetFact]
    public async Task Cluster_of_the_guide_serves_those_with_a_certificate_and_nobody_else()
    {
        await using ServerRun first = Start(0);
        await using ServerRun second = Start(1);
        await using ServerRun third = Start(2);
        await Task.WhenAll(first.ServesAsync(), second.ServesAsync(), third.ServesAsync());

        await TypeV2Async();
        await TypeV3Async();
        await RefusalsAsync(first);
    }

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetTheory]
    [InlineData("late")]
    [InlineData("mallory")]
    public async Task Member_with_a_bad_certificate_stays_outside(string certificate)
    {
        await using ServerRun first = Start(0);
        await using ServerRun second = Start(1);
        await using ServerRun outsider = Start(2, certificate);
        await Task.WhenAll(first.ServesAsync(), second.ServesAsync());
        await Poll.UntilAsync(
            "a member to say that it refused the third",
            TimeSpan.FromSeconds(120),
            () => Task.FromResult(first.Errors.Concat(second.Errors).Any(line =>
                line.Contains("rejected connection on peer endpoint", StringComparison.Ordinal)
                && line.Contains($"CN={certificate}", StringComparison.Ordinal))));
        Assert.DoesNotContain(outsider.Errors, line => line.Contains("ready to serve client requests", StringComparison.Ordinal));
    }

    private async Task TypeV2Async()
    {
        var shell = new GuideShell(_dir.Path, ("ETCDCTL_API", "2"));
        const string files = "--ca-file=ca.pem --cert-file=client.pem --key-file=client-key.pem";
        string etcdctl = $"etcdctl {files} --endpoints={Endpoints}";
        await shell.TypeUntilAsync($"{etcdctl} cluster-health", "cluster is healthy");
        string[] members = (await shell.TypeAsync($"{etcdctl} member list")).Split('\n');
        Assert.Equal(3, members.Length);
        Assert.Single(members, line => line.EndsWith("isLeader=true", StringComparison.Ordinal));
        Assert.Equal("bar", await shell.TypeAsync($"{etcdctl} set /foo bar"));

        EtcdctlResult without = await shell.TryAsync($"etcdctl --ca-file=ca.pem --endpoints={Endpoints} cluster-health");
        Assert.NotEqual(0, without.ExitCode);
        Assert.Contains(
            "\"value\":\"bar\"",
            await shell.TypeAsync($"curl -s --cacert ca.pem --cert client.pem --key client-key.pem {Url(0)}/v2/keys/foo?quorum=true"),
            StringComparison.Ordinal);
    }

    private async Task TypeV3Async()
    {
        var shell = new GuideShell(_dir.Path, ("ETCDCTL_API", "3"));
        string etcdctl = $"etcdctl --cacert=ca.pem --cert=client.pem --key=client-key.pem --endpoints={Endpoints}";
        Assert.Equal(3, (await shell.TypeAsync($"{etcdctl} member list")).Split('\n').Length);
        Assert.Equal(3, (await shell.TryAsync($"{etcdctl} endpoint health --cluster")).All.Split("is healthy").Length - 1);
        Assert.Equal("OK", await shell.TypeAsync($"{etcdctl} put foo bar"));
    }

    private async Task RefusalsAsync(ServerRun first)
    {
        var shell = new GuideShell(_dir.Path, ("ETCDCTL_API", "3"));
        string limits = $"--endpoints={Url(0)} --dial-timeout=2s --command-timeout=2s get foo";
        foreach ((string command, string line) in new[]
        {
            ($"etcdctl --cacert=ca.pem {limits}", "tls: client didn't provide a certificate"),
            ($"etcdctl --cacert=ca.pem --cert=mallory.pem --key=mallory-key.pem {limits}", "x509: certificate signed by unknown authority [^:]*CN=mallory"),
            ($"etcdctl --cacert=ca.pem --cert=late.pem --key=late-key.pem {limits}", "x509: certificate has expired or is not yet valid [^:]*CN=late"),
            ($"etcdctl --cacert=stranger-ca.pem --cert=client.pem --key=client-key.pem {limits}", "remote error: tls: bad certificate"),
            ($"curl -sf http://127.0.0.1:{_nodes[0].ClientPort}/health", "tls: first record does not look like a TLS handshake"),
        })
        {
            Assert.NotEqual(0, (await shell.TryAsync(command)).ExitCode);
            await Poll.UntilAsync(
                $"the server to say \"{line}\" after: {command}",
                TimeSpan.FromSeconds(60),
                () => Task.FromResult(first.Errors.Any(said => said.Contains("rejected connection on client endpoint", StringComparison.Ordinal)
                    && Regex.IsMatch(said, line))));
        }
    }

    private string Endpoints => string.Join(',', Enumerable.Range(0, 3).Select(Url));

    private string Url(int index) => $"https://127.0.0.1:{_nodes[index].ClientPort}";

    private string PeerUrl(int index) => $"https://127.0.0.1:{_nodes[index].PeerPort}";

    private ServerRun Start(int index, string? peer = null)
    {
        IssuedCertificate server = _ca.Issue($"infra{index}-server", isClient: false);
        string member = Path.Combine(_dir.Path, peer ?? $"infra{index}");
        if (peer is null)
        {
            _ca.Issue($"infra{index}");
        }

        return ServerRun.Start(_nodes[index].Arguments(
            "--name", $"infra{index}",
            "--cert-file", server.CertificatePath, "--key-file", server.KeyPath,
            "--client-cert-auth", "--trusted-ca-file", _ca.Path,
            "--peer-cert-file", $"{member}.pem", "--peer-key-file", $"{member}-key.pem",
            "--peer-client-cert-auth", "--peer-trusted-ca-file", _ca.Path,
            "--listen-client-urls", Url(index), "--advertise-client-urls", Url(index),
            "--listen-peer-urls", PeerUrl(index), "--initial-advertise-peer-urls", PeerUrl(index),
            "--initial-cluster", string.Join(',', Enumerable.Range(0, 3).Select(i => $"infra{i}={PeerUrl(i)}"))));
    }
}
