using System.Security.Authentication;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Tls;
using Xunit;

namespace ActorEtcd.Specs.Host.Tls;

public sealed class TlsProtocolSpec
{
    [Theory]
    [InlineData("TLS1.2", "", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("", "TLS1.2", SslProtocols.Tls12)]
    [InlineData("TLS1.3", "TLS1.3", SslProtocols.Tls13)]
    public void Versions_between_the_lowest_and_the_highest_are_spoken(string min, string max, SslProtocols expected)
        => Assert.Equal(expected, TlsProtocol.Parse(min, max, "").Versions);

    [Theory]
    [InlineData("TLS1.1", "", "", "unexpected TLS version \"TLS1.1\"")]
    [InlineData("TLS1.3", "TLS1.2", "", "min version (TLS1.3) is greater than max version (TLS1.2)")]
    [InlineData("TLS1.3", "", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "cipher suites cannot be configured when only TLS1.3 is enabled")]
    [InlineData("", "", "TLS_OF_MY_OWN", "unexpected TLS cipher suite \"TLS_OF_MY_OWN\"")]
    [InlineData("", "", "49199", "unexpected TLS cipher suite \"49199\"")]
    public void Choice_that_makes_no_sense_is_refused(string min, string max, string suites, string reason)
        => Assert.Contains(
            reason, Assert.Throws<ConfigException>(() => TlsProtocol.Parse(min, max, suites)).Message, StringComparison.Ordinal);

    [Fact]
    public void Suites_go_by_their_names_in_go()
        => Assert.NotNull(TlsProtocol.Parse("", "", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305").CipherSuites);
}
