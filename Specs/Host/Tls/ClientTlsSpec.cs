using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Tls;
using ActorEtcd.Specs.Host.Auth;
using ActorEtcd.Specs.Host.Grpc;
using ActorEtcd.Specs.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorEtcd.Specs.Host.Tls;

/// <summary>One TLS port and its clients, with certificates of an authority of the spec's own.</summary>
public sealed class ClientTlsSpec : IDisposable
{
    private const string NoSuchPath = """{"code":5,"message":"Not Found","details":[]}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDir _dir = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly IssuedCertificate _server;
    private readonly StoppedClock _time = new();

    public ClientTlsSpec()
    {
        _authority = new TestAuthority(_dir.Path, "ca");
        _stranger = new TestAuthority(_dir.Path, "stranger");
        _server = _authority.Issue("server");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _dir.Dispose();
    }

    [Fact]
    public async Task Port_serves_http1_and_http2_as_the_client_asks_for()
    {
        await using GrpcTestServer server = await ServeAsync(Files());
        Assert.Equal("HTTP/1.1 hello", await GetAsync(server, HttpVersion.Version11));
        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20));
    }

    [Fact]
    public async Task Client_with_a_certificate_of_the_trusted_authority_is_served()
    {
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true));
        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20, _authority.Issue("alice")));
    }

    [Theory]
    [InlineData(true, "alice", "CommonName of client sending a request against gateway will be ignored and not used as expected\n")]
    [InlineData(true, "", NoSuchPath)]
    [InlineData(false, "alice", NoSuchPath)]
    public async Task Gateway_refuses_names_in_certificates_when_there_are_users(bool isAuthEnabled, string name, string answer)
    {
        GrpcMethodTable methods = null!;
        var tls = new TlsServer(Files(requireClients: true), _time, NullLogger.Instance);
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            table => methods = table,
            options => options with { EndPoints = [new ListenEndPoint(new IPEndPoint(IPAddress.Loopback, 0), tls)] },
            router => new JsonGateway(methods, new GrpcOptions(), "3.7.0", NullLoggerFactory.Instance) { IsAuthEnabled = () => isAuthEnabled }
                .Map(router));

        IssuedCertificate certificate = _authority.Issue(name, fileName: "client");
        Assert.Equal($"HTTP/1.1 {answer}", await GetAsync(server, HttpVersion.Version11, certificate, "/v3/nope"));
    }

    [Fact]
    public async Task Client_without_a_certificate_is_refused_where_one_is_required()
    {
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true));
        await RefusedAsync(server, null);
    }

    [Fact]
    public async Task Client_with_a_certificate_of_another_authority_is_refused()
    {
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true));
        await RefusedAsync(server, _stranger.Issue("mallory"));
    }

    [Fact]
    public async Task Client_with_an_expired_certificate_is_refused()
    {
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true));
        await RefusedAsync(server, _authority.Issue("late", validFor: TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Client_whose_certificate_is_revoked_is_refused_and_others_are_served()
    {
        IssuedCertificate revoked = _authority.Issue("revoked");
        string list = _authority.Revoke("list.pem", revoked);
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true) with { RevocationList = list });
        await RefusedAsync(server, revoked);
        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20, _authority.Issue("alice")));
    }

    [Fact]
    public async Task Certificate_revoked_while_the_server_runs_is_refused_from_then_on()
    {
        IssuedCertificate leaving = _authority.Issue("leaving");
        string list = _authority.Revoke("list.pem");
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true) with { RevocationList = list });
        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20, leaving));
        _authority.Revoke("list.pem", leaving);
        _time.Pass(TimeSpan.FromSeconds(2));
        await RefusedAsync(server, leaving);
    }

    [Fact]
    public async Task Client_whose_certificate_is_made_out_to_another_host_is_refused_when_one_is_named()
    {
        await using GrpcTestServer server = await ServeAsync(Files(requireClients: true) with { AllowedHostnames = ["other.example", "app.example"] });
        await RefusedAsync(server, _authority.Issue("elsewhere"));
        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20, _authority.Issue("app", host: "app.example")));
    }

    [Fact]
    public async Task Changed_certificate_is_shown_to_the_next_client()
    {
        await using GrpcTestServer server = await ServeAsync(Files());
        string before = await ShownAsync(server);
        IssuedCertificate renewed = _authority.Issue("renewed", fileName: "server");
        Assert.Equal(_server.CertificatePath, renewed.CertificatePath);
        _time.Pass(TimeSpan.FromSeconds(2));
        Assert.Contains("CN=server", before, StringComparison.Ordinal);
        Assert.Contains("CN=renewed", await ShownAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_certificate_that_is_no_good_leaves_the_old_one_in_use()
    {
        await using GrpcTestServer server = await ServeAsync(Files());
        await File.WriteAllTextAsync(_server.CertificatePath, "half a file");
        _time.Pass(TimeSpan.FromSeconds(2));
        Assert.Contains("CN=server", await ShownAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_speaks_clear_text_is_disconnected_and_others_are_served()
    {
        await using GrpcTestServer server = await ServeAsync(Files());
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(server.EndPoint);
            await socket.SendAsync("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            byte[] answer = new byte[256];
            int read;
            do
            {
                read = await socket.ReceiveAsync(answer).WaitAsync(Patience);
                Assert.DoesNotContain("HTTP", System.Text.Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
            }
            while (read > 0);
        }

        Assert.Equal("HTTP/2.0 hello", await GetAsync(server, HttpVersion.Version20));
    }

    [Fact]
    public void Certificate_without_its_key_is_one_line_with_both_files()
    {
        IssuedCertificate other = _authority.Issue("other");
        var files = Files() with { Key = other.KeyPath };
        var refused = Assert.Throws<ConfigException>(() => new TlsServer(files, _time, NullLogger.Instance));
        Assert.Contains(_server.CertificatePath, refused.Message, StringComparison.Ordinal);
        Assert.Contains(other.KeyPath, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.pem")]
    [InlineData("server-key.pem")]
    public void Authorities_that_cannot_be_read_are_one_line_with_the_file(string name)
    {
        string path = Path.Combine(_dir.Path, name);
        var files = Files(requireClients: true) with { TrustedAuthorities = path };
        Assert.Contains(
            path, Assert.Throws<ConfigException>(() => new TlsServer(files, _time, NullLogger.Instance)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no list")]
    [InlineData("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----")]
    public void Revocation_list_that_is_none_is_one_line_with_the_file(string content)
    {
        string path = Path.Combine(_dir.Path, "list");
        File.WriteAllText(path, content);
        var files = Files(requireClients: true) with { RevocationList = path };
        Assert.Contains(
            path, Assert.Throws<ConfigException>(() => new TlsServer(files, _time, NullLogger.Instance)).Message, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(GrpcTestServer server, IssuedCertificate? certificate)
        => await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(server, HttpVersion.Version20, certificate));

    private async Task<string> GetAsync(
        GrpcTestServer server, Version version, IssuedCertificate? certificate = null, string path = "/hello")
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = TrustingTheAuthority();
        using X509Certificate2? shown = certificate is null
            ? null
            : X509Certificate2.CreateFromPemFile(certificate.CertificatePath, certificate.KeyPath);
        if (shown is not null)
        {
            handler.SslOptions.ClientCertificates = [shown];
        }

        using var http = new HttpClient(handler)
        {
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Patience,
        };
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"https://{server.EndPoint}{path}"));
        return $"HTTP/{answer.Version} {await answer.Content.ReadAsStringAsync()}";
    }

    private async Task<string> ShownAsync(GrpcTestServer server)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.EndPoint);
        await using var tls = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = TrustingTheAuthority() };
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Patience);
        return tls.RemoteCertificate!.Subject;
    }

    private X509ChainPolicy TrustingTheAuthority() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private TlsFiles Files(bool requireClients = false) => new(_server.CertificatePath, _server.KeyPath)
    {
        Protocol = TlsProtocol.Default,
        RequireClientCertificate = requireClients,
        TrustedAuthorities = requireClients ? _authority.Path : null,
    };

    private Task<GrpcTestServer> ServeAsync(TlsFiles files)
    {
        var tls = new TlsServer(files, _time, NullLogger.Instance);
        return GrpcTestServer.StartAsync(
            static _ => { },
            options => options with { EndPoints = [new ListenEndPoint(new IPEndPoint(IPAddress.Loopback, 0), tls)] },
            static router => router.Map("/hello", static call => call.RespondAsync(200, "text/plain", "hello")));
    }
}
