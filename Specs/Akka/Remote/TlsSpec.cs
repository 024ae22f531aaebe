using System.Net.Security;
using System.Net.Sockets;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class TlsSpec : RemoteSpecBase, INoImplicitSender
{
    private readonly TempDir _directory = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;

    public TlsSpec()
    {
        _authority = new TestAuthority(_directory.Path, "authority");
        _stranger = new TestAuthority(_directory.Path, "stranger");
    }

    [Fact]
    public async Task Systems_with_suppressed_validation_talk_over_tls()
    {
        var client = NewSystem("client", Suppressed("client"));
        var server = NewEchoSystem("server", Suppressed("server"));

        Assert.Equal("hello", await AskEcho(client, server, Patience));
        Assert.Equal("akka.ssl.tcp", AddressOf(server).Protocol);
    }

    [Fact]
    public async Task Large_messages_pass_through_tls_whole_and_in_order()
    {
        var client = NewSystem("client", Suppressed("client"));
        var server = NewEchoSystem("server", Suppressed("server"));
        var echo = await EchoOf(client, server).ResolveOne(Patience);
        var texts = Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), 100_000)).ToArray();

        var answers = await Task.WhenAll(texts.Select(text => echo.Ask<string>(text, Patience)));

        Assert.Equal(texts, answers);
    }

    [Fact]
    public async Task System_without_tls_does_not_reach_one_with_tls()
    {
        var server = NewEchoSystem("server", Suppressed("server"));

        var plain = AddressOf(server).WithProtocol("akka.tcp");
        await Assert.ThrowsAsync<AskTimeoutException>(() => NewSystem("client")
            .ActorSelection(new RootActorPath(plain) / "user" / "echo")
            .Ask<string>("hello", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Certificate_of_an_unknown_authority_is_refused()
    {
        var server = NewEchoSystem("server", Suppressed("server"));
        var client = NewSystem("client", Tls(_authority.IssueStore("client"), ""));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Certificates_of_the_trusted_authority_are_accepted_both_ways()
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));

        Assert.Equal("hello", await AskEcho(client, server, Patience));
    }

    [SubsetFact]
    public async Task Client_with_a_certificate_of_another_authority_is_refused()
    {
        var client = NewSystem("client", Trusting(_stranger.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Server_with_a_certificate_of_another_authority_is_refused()
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_stranger.IssueStore("server"), _stranger));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Client_without_a_certificate_is_refused()
    {
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", AddressOf(server).Port!.Value);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);

        var refused = await Record.ExceptionAsync(async () =>
        {
            await tls.AuthenticateAsClientAsync("127.0.0.1");
            // In TLS 1.3 the server judges after the client's part is over, so the refusal shows when it reads.
            var count = await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience);
            Assert.Equal(0, count);
        });

        Assert.True(refused is null or IOException or System.Security.Authentication.AuthenticationException, $"{refused}");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _authority.Dispose();
        _stranger.Dispose();
        _directory.Dispose();
    }

    private static string Tls(string path, string extra) => $$"""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl {
            certificate { path = "{{path}}", password = "{{TestAuthority.Password}}" }
            {{extra}}
          }
        }
        """;

    private static string Trusting(string path, TestAuthority authority) =>
        Tls(path, $"trusted-ca-path = \"{authority.Path}\"");

    private static ActorSelection EchoOf(ActorSystem client, ActorSystem server) =>
        client.ActorSelection(new RootActorPath(AddressOf(server)) / "user" / "echo");

    private static Task<string> AskEcho(ActorSystem client, ActorSystem server, TimeSpan timeout) =>
        EchoOf(client, server).Ask<string>("hello", timeout);

    private static Task AssertUnreachable(ActorSystem client, ActorSystem server) =>
        Assert.ThrowsAsync<AskTimeoutException>(() => AskEcho(client, server, TimeSpan.FromSeconds(2)));

    private string Suppressed(string name) => Tls(_authority.IssueStore(name), "suppress-validation = true");

    private ActorSystem NewEchoSystem(string name, string config)
    {
        var system = NewSystem(name, config);
        system.ActorOf(Props.Create(() => new EchoActor()), "echo");
        return system;
    }
}
