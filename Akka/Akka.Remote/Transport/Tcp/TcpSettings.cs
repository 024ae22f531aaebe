using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Akka.Remote.Transport.Tcp;

/// <summary>The section akka.remote.dot-netty.tcp.</summary>
internal sealed class TcpSettings
{
    private const int FrameSizeMin = 32000;

    public TcpSettings(ExtendedActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.remote.dot-netty.tcp");
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TcpSettings>("akka.remote.dot-netty.tcp");
        }

        var hostname = config.GetString("hostname");
        Hostname = string.IsNullOrWhiteSpace(hostname) ? IPAddress.Any.ToString() : hostname;
        Port = config.GetInt("port", 2552);
        var publicHostname = config.GetString("public-hostname");
        PublicHostname = string.IsNullOrWhiteSpace(publicHostname) ? Hostname : publicHostname;
        PublicPort = config.GetInt("public-port");
        UseIpv6 = config.GetBoolean("dns-use-ipv6");
        ConnectTimeout = config.GetTimeSpan("connection-timeout", TimeSpan.FromSeconds(15));
        FrameSizeMax = (int)(config.GetByteSize("maximum-frame-size", null) ?? 128000);
        OutboundBufferSize = config.GetByteSize("outbound-buffer-size", null) ?? 256L * 1024 * 1024;
        SendBufferSize = (int)(config.GetByteSize("send-buffer-size", null) ?? 0);
        ReceiveBufferSize = (int)(config.GetByteSize("receive-buffer-size", null) ?? 0);
        Backlog = config.GetInt("backlog", 4096);
        NoDelay = config.GetBoolean("tcp-nodelay", true);
        KeepAlive = config.GetBoolean("tcp-keepalive", true);
        Tls = config.GetBoolean("enable-ssl") ? new TlsSettings(system, config.GetConfig("ssl")) : null;
        Adapters = [.. config.GetStringList("applied-adapters")];
        UrgentMessages = config.GetStringList("urgent-messages").Select(TypeOf).ToFrozenSet();
        if (Array.Find(Adapters, static name => !IsKnown(name)) is { } unknown)
        {
            throw new ConfigurationException(
                $"There is no registered transport adapter provider with name {unknown}");
        }

        if (FrameSizeMax < FrameSizeMin)
        {
            throw new ArgumentException(
                $"maximum-frame-size must be at least {FrameSizeMin} bytes, not {FrameSizeMax}", nameof(system));
        }
    }

    public string Hostname { get; }

    public int Port { get; }

    public string PublicHostname { get; }

    public int PublicPort { get; }

    public bool UseIpv6 { get; }

    public TimeSpan ConnectTimeout { get; }

    public int FrameSizeMax { get; }

    public long OutboundBufferSize { get; }

    public int SendBufferSize { get; }

    public int ReceiveBufferSize { get; }

    public int Backlog { get; }

    public bool NoDelay { get; }

    public bool KeepAlive { get; }

    public TlsSettings Tls { get; }

    /// <summary>Names of what stands between the system and its transport, the outermost first.</summary>
    public string[] Adapters { get; }

    /// <summary>Messages of these types do not wait behind others.</summary>
    public FrozenSet<Type> UrgentMessages { get; }

    /// <summary>
    /// The protocol of addresses: systems with and without TLS or adapters cannot be mistaken for each other.
    /// </summary>
    public string Protocol => string.Join('.', ["akka", .. Adapters, Tls is null ? "tcp" : "ssl.tcp"]);

    private static Type TypeOf(string name) => Type.GetType(name)
        ?? throw new ConfigurationException($"urgent-messages names {name}, which is no type");

    private static bool IsKnown(string adapter) => adapter
        is ThrottleTransportAdapter.Scheme or FailureInjectorTransportAdapter.FailureInjectorSchemeIdentifier;

    public void Apply(Socket socket)
    {
        socket.NoDelay = NoDelay;
        if (KeepAlive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        }

        if (SendBufferSize > 0)
        {
            socket.SendBufferSize = SendBufferSize;
        }

        if (ReceiveBufferSize > 0)
        {
            socket.ReceiveBufferSize = ReceiveBufferSize;
        }
    }

    public IPEndPoint BindEndPoint()
    {
        if (IPAddress.TryParse(Hostname, out var literal))
        {
            return new IPEndPoint(literal, Port);
        }

        var family = UseIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var addresses = Dns.GetHostAddresses(Hostname);
        var chosen = Array.Find(addresses, a => a.AddressFamily == family) ?? addresses.FirstOrDefault();
        return chosen is not null
            ? new IPEndPoint(chosen, Port)
            : throw new RemoteTransportException($"The hostname [{Hostname}] has no address");
    }
}
