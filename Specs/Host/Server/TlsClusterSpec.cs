using System.Net;
using System.Net.Sockets;
using ActorEtcd.Specs.Akka;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Three members that speak TLS with each other and with clients, as the guides' walk-through sets them up.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class TlsClusterSpec : IDisposable
{
    private readonly TempDir _certificates = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly Node[] _nodes = [new(), new(), new()];

    public TlsClusterSpec()
    {
        _authority = new TestAuthority(_certificates.Path, "ca");
        _stranger = new TestAuthority(_certificates.Path, "stranger");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _certificates.Dispose();
        foreach (Node node in _nodes)
        {
            node.Dispose();
        }
    }

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetFact]
    public async Task Cluster_over_tls_serves_its_clients_and_goes_on_without_one_member()
    {
        await using ServerRun first = Start(0, _authority.Issue("infra0"));
        await using ServerRun second = Start(1, _authority.Issue("infra1"));
        await using ServerRun third = Start(2, _authority.Issue("infra2"));
        await first.ServesAsync();
        await second.ServesAsync();
        await third.ServesAsync();
        Assert.Equal("OK", (await RunAsync("put", "k", "v")).Succeeded());
        string members = (await RunAsync("member", "list")).Succeeded();
        Assert.All(_nodes, node => Assert.Contains(PeerUrl(node), members, StringComparison.Ordinal));
        Assert.Equal(0, (await RunAsync("endpoint", "health")).ExitCode);

        await third.KillAsync();
        // What was sent to a leader that has just died is lost, as in etcd, and its client has to ask again.
        await Poll.UntilAsync("a put after one member died", TimeSpan.FromSeconds(60), async () => (await RunAsync("put", "k", "w")).Succeeded());
        Assert.Equal("w", (await RunAsync("get", "k", "--print-value-only")).Succeeded());
    }

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetFact]
    public async Task Member_whose_certificate_is_of_another_authority_stays_outside()
    {
        await using ServerRun first = Start(0, _authority.Issue("infra0"));
        await using ServerRun second = Start(1, _authority.Issue("infra1"));
        await using ServerRun stranger = Start(2, _stranger.Issue("infra2"));
        await first.ServesAsync();
        await second.ServesAsync();
        Assert.Equal("OK", (await RunAsync("put", "k", "v")).Succeeded());
        EtcdctlResult read = await Etcdctl.RunAsync(
            ClientUrl(_nodes[2]), ["--insecure-skip-tls-verify", .. Certificates(), "--command-timeout=2s", "get", "k"]);
        Assert.NotEqual(0, read.ExitCode);
        Assert.DoesNotContain(stranger.Errors, static line => line.Contains("ready to serve client requests", StringComparison.Ordinal));
    }

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetFact]
    public async Task Handshakes_that_nobody_goes_on_with_keep_nobody_out_and_are_cut_off()
    {
        await using ServerRun first = Start(0, _authority.Issue("infra0"));
        await using ServerRun second = Start(1, _authority.Issue("infra1"));
        await using ServerRun third = Start(2, _authority.Issue("infra2"));
        await first.ServesAsync();
        await second.ServesAsync();
        await third.ServesAsync();

        Socket[] silent = [.. await Task.WhenAll(Enumerable.Range(0, 600).Select(i => HalfOpenAsync(i % 2 == 0 ? _nodes[0].ClientPort : _nodes[0].PeerPort)))];
        try
        {
            Assert.Equal("OK", (await RunAsync("put", "k", "v")).Succeeded());
            await third.KillAsync();
            await using ServerRun again = Start(2, _authority.Issue("infra2"));
            await again.ServesAsync();
            foreach (Socket socket in silent)
            {
                await EndOfAsync(socket);
            }
        }
        finally
        {
            Array.ForEach(silent, static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Members_with_certificates_of_their_own_making_find_each_other()
    {
        await using ServerRun first = Start(0, null);
        await using ServerRun second = Start(1, null);
        await using ServerRun third = Start(2, null);
        await first.ServesAsync();
        await second.ServesAsync();
        await third.ServesAsync();
    }

    [Theory]
    [InlineData("--peer-cert-file nowhere.pem --peer-key-file nowhere.pem", "cannot use the certificate nowhere.pem")]
    [InlineData("", "KeyFile and CertFile are not presented")]
    public async Task Peer_url_with_https_without_what_it_needs_is_refused(string flags, string reason)
    {
        string url = PeerUrl(_nodes[0]);
        await using ServerRun run = await ServerRun.ToEndAsync(_nodes[0].Arguments(
        [
            "--listen-peer-urls", url, "--initial-advertise-peer-urls", url, "--initial-cluster", $"default={url}",
            .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]));
        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains(reason, run.Errors[^1], StringComparison.Ordinal);
    }

    // The first bytes of a client's greeting, which is never finished.
    private static async Task<Socket> HalfOpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00 });
        return socket;
    }

    private static async Task EndOfAsync(Socket socket)
    {
        byte[] alert = new byte[256];
        try
        {
            while (await socket.ReceiveAsync(alert).WaitAsync(TimeSpan.FromSeconds(60)) > 0)
            {
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Cut off all the same.
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited 60 s for the end of the connection to {socket.RemoteEndPoint}, which began no handshake");
        }
    }

    private static string ClientUrl(Node node) => $"https://127.0.0.1:{node.ClientPort}";

    private static string PeerUrl(Node node) => $"https://127.0.0.1:{node.PeerPort}";

    // Without a certificate members make their own, and clients are served in clear text.
    private ServerRun Start(int index, IssuedCertificate? certificate)
    {
        Node node = _nodes[index];
        string client = certificate is null ? node.ClientUrl : ClientUrl(node);
        string[] tls = certificate is null
            ? ["--peer-auto-tls"]
            :
            [
                "--cert-file", certificate.CertificatePath, "--key-file", certificate.KeyPath,
                "--client-cert-auth", "--trusted-ca-file", _authority.Path,
                "--peer-cert-file", certificate.CertificatePath, "--peer-key-file", certificate.KeyPath,
                "--peer-client-cert-auth", "--peer-trusted-ca-file", _authority.Path,
            ];
        return ServerRun.Start(node.Arguments(
        [
            "--name", $"infra{index}",
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", PeerUrl(node), "--initial-advertise-peer-urls", PeerUrl(node),
            "--initial-cluster", string.Join(',', _nodes.Select((one, i) => $"infra{i}={PeerUrl(one)}")),
            .. tls,
        ]));
    }

    private string[] Certificates()
    {
        IssuedCertificate client = _authority.Issue("client");
        return ["--cert", client.CertificatePath, "--key", client.KeyPath];
    }

    private Task<EtcdctlResult> RunAsync(params string[] command) => Etcdctl.UntilTakenAsync(
        string.Join(',', _nodes.Take(2).Select(ClientUrl)), ["--cacert", _authority.Path, .. Certificates(), .. command]);
}
