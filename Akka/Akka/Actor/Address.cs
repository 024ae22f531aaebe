namespace Akka.Actor;

/// <summary>Where an actor system is reached: protocol and system name, and, when it is remote, host and port.</summary>
public sealed class Address : ISurrogated, ICloneable, IComparable, IComparable<Address>, IEquatable<Address>
{
    public static readonly Address AllSystems = new("akka", "all-systems");
    public static readonly IComparer<Address> Comparer = Comparer<Address>.Create(Compare);

    private readonly int _hash;
    private string _text;

    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        _hash = HashCode.Combine(Host, Port, System, Protocol);
    }

    public bool HasGlobalScope => !string.IsNullOrEmpty(Host);

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public string Host { get; }

    public int? Port { get; }

    public string Protocol { get; }

    public string System { get; }

    public static bool operator ==(Address left, Address right) => Equals(left, right);

    public static bool operator !=(Address left, Address right) => !Equals(left, right);

    public static Address Parse(string address) =>
        TryParse(address, out var parsed) ? parsed : throw new UriFormatException($"[{address}] is not an address");

    public static bool TryParse(string path, out Address address) => TryParse(path, out address, out string _);

    public static bool TryParse(string path, out Address address, out string absolutUri)
    {
        var parsed = TryParse(path.AsSpan(), out address, out var rest);
        absolutUri = parsed ? rest.ToString() : null;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<char> span, out Address address) => TryParse(span, out address, out _);

    /// <summary>Parses protocol://system[@host[:port]][/path]; the path, "/" when absent, is handed back.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = default;
        var scheme = span.IndexOf("://");
        if (scheme <= 0 || !IsProtocol(span[..scheme]))
        {
            return false;
        }

        var authority = span[(scheme + 3)..];
        var slash = authority.IndexOf('/');
        absolutUri = slash < 0 ? "/" : authority[slash..];
        authority = slash < 0 ? authority : authority[..slash];
        var protocol = span[..scheme].ToString();
        var at = authority.IndexOf('@');
        if (at < 0)
        {
            if (authority.IsEmpty || authority.Contains(':'))
            {
                return false;
            }

            address = new Address(protocol, authority.ToString());
            return true;
        }

        return TryParseRemote(protocol, authority[..at].ToString(), authority[(at + 1)..], out address);
    }

    public object Clone() => new Address(Protocol, System, Host, Port);

    int IComparable.CompareTo(object obj) =>
        obj is null or Address ? Compare(this, (Address)obj) : throw new ArgumentException("Not an address", nameof(obj));

    public int CompareTo(Address other) => Compare(this, other);

    public bool Equals(Address other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Port == other.Port && Host == other.Host
            && System == other.System && Protocol == other.Protocol);

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => _hash;

    public string HostPort() => ToString()[(Protocol.Length + 3)..];

    public override string ToString() => _text ??= Format();

    public ISurrogate ToSurrogate(ActorSystem system) =>
        new AddressSurrogate { Protocol = Protocol, System = System, Host = Host, Port = Port };

    public Address WithHost(string host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    private static bool IsProtocol(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '+' or '-'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(text[0]);
    }

    private static bool TryParseRemote(string protocol, string system, ReadOnlySpan<char> hostPort, out Address address)
    {
        address = null;
        var colon = hostPort.LastIndexOf(':');
        if (colon >= 0 && hostPort.LastIndexOf(']') > colon)
        {
            colon = -1;
        }

        var host = colon < 0 ? hostPort : hostPort[..colon];
        if (host.IsEmpty || system.Length == 0)
        {
            return false;
        }

        int? port = null;
        if (colon >= 0)
        {
            if (!ushort.TryParse(hostPort[(colon + 1)..], out var number))
            {
                return false;
            }

            port = number;
        }

        address = new Address(protocol, system, host.ToString(), port);
        return true;
    }

    private static int Compare(Address x, Address y)
    {
        if (ReferenceEquals(x, y))
        {
            return 0;
        }

        if (x is null || y is null)
        {
            return x is null ? -1 : 1;
        }

        var result = string.CompareOrdinal(x.Protocol, y.Protocol);
        result = result != 0 ? result : string.CompareOrdinal(x.System, y.System);
        result = result != 0 ? result : string.CompareOrdinal(x.Host ?? string.Empty, y.Host ?? string.Empty);
        return result != 0 ? result : (x.Port ?? 0).CompareTo(y.Port ?? 0);
    }

    private string Format()
    {
        var text = Protocol + "://" + System;
        text = HasGlobalScope ? text + "@" + Host : text;
        return Port.HasValue ? text + ":" + Port.Value : text;
    }

    public sealed class AddressSurrogate : ISurrogate
    {
        public string Host { get; set; }

        public int? Port { get; set; }

        public string Protocol { get; set; }

        public string System { get; set; }

        public ISurrogated FromSurrogate(ActorSystem system) => new Address(Protocol, System, Host, Port);
    }
}
