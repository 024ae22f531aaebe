using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Specs.Host.Discovery;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Proxy;

/// <summary>Whom a gateway passes connections to when a domain's records say.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class GatewayDiscoverySpec : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly TempDir _dir = new();

    [Fact]
    public async Task Endpoints_are_those_whose_certificates_the_authority_has_signed()
    {
        using var authority = new TestAuthority(_dir.Path, "ca");
        using var stranger = new TestAuthority(_dir.Path, "stranger");
        using var good = new TlsPort(authority.Issue("good"));
        using var domain = new TlsPort(authority.Issue("domain", host: "specs.test"));
        using var bad = new TlsPort(stranger.Issue("bad"));
        int away = FreePorts.Next();
        using var dns = new DnsServer(new()
        {
            ["_etcd-client-ssl._tcp.specs.test"] = [("localhost", good.Port), ("localhost", bad.Port), ("localhost", domain.Port), ("localhost", away)],
            ["_etcd-client._tcp.specs.test"] = [("localhost", 1)],
        });
        await CheckAsync(
            [$"localhost:{good.Port}", $"localhost:{domain.Port}"], dns, "--discovery-srv", "specs.test", "--trusted-ca-file", authority.Path);
        await CheckAsync(
            [$"localhost:{good.Port}", $"localhost:{bad.Port}", $"localhost:{domain.Port}", $"localhost:{away}"], dns, "--discovery-srv", "specs.test");
        await CheckAsync(
            [$"localhost:{good.Port}", $"localhost:{bad.Port}", $"localhost:{domain.Port}", $"localhost:{away}", "localhost:1"], dns, "--discovery-srv", "specs.test", "--insecure-discovery");
    }

    [Fact]
    public async Task Endpoints_that_were_given_serve_where_the_records_name_none_that_is_secure()
    {
        using var dns = new DnsServer(new() { ["_etcd-client-named._tcp.specs.test"] = [("localhost", 1)] });
        await CheckAsync(
            ["127.0.0.1:7"], dns, "--discovery-srv", "specs.test", "--discovery-srv-name", "named", "--endpoints", "http://127.0.0.1:7", "--retry-delay", "0");
        await CheckAsync([], dns, "--discovery-srv", "nobody.test");
    }

    public void Dispose() => _dir.Dispose();

    private static async Task CheckAsync(string[] expected, DnsServer dns, params string[] arguments)
    {
        string[] endpoints = await EndpointsAsync(dns, arguments);
        Assert.Equal(expected, endpoints);
    }

    /// <summary>What a gateway says that it passes connections to; nothing when it ends instead.</summary>
    private static async Task<string[]> EndpointsAsync(DnsServer dns, params string[] arguments)
    {
        ProcessStartInfo start = ActorEtcdProcess.Executable();
        foreach (string argument in (string[])["gateway", "start", "--listen-addr", $"127.0.0.1:{FreePorts.Next()}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[SrvQuery.ServersVariable] = dns.Address;
        start.RedirectStandardError = true;
        using Process gateway = Process.Start(start)!;
        string? ready = null;
        while (await gateway.StandardError.ReadLineAsync().WaitAsync(Within) is { } line)
        {
            if (line.Contains("ready to proxy client requests", StringComparison.Ordinal))
            {
                ready = line;
                break;
            }
        }

        if (ready is null)
        {
            await gateway.WaitForExitAsync().WaitAsync(Within);
            Assert.Equal(1, gateway.ExitCode);
            return [];
        }

        using Process kill = Process.Start("kill", [gateway.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Within);
        await gateway.WaitForExitAsync().WaitAsync(Within);
        Assert.Equal(0, gateway.ExitCode);
        using var json = System.Text.Json.JsonDocument.Parse(ready);
        return [.. json.RootElement.GetProperty("endpoints").EnumerateArray().Select(static one => one.GetString()!)];
    }

    /// <summary>Shakes hands with whoever comes, and no more.</summary>
    private sealed class TlsPort : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;

        public TlsPort(IssuedCertificate certificate)
        {
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate.CertificatePath, certificate.KeyPath);
            _certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            _listener.Start();
            _ = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(client.GetStream());
                    await stream.AuthenticateAsServerAsync(_certificate);
                    await stream.ReadExactlyAsync(new byte[1]);
                }
                catch (Exception refused) when (refused is AuthenticationException or IOException)
                {
                    // By the gateway, as it may.
                }
                catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
                {
                    return;
                }
            }
        }
    }
}
