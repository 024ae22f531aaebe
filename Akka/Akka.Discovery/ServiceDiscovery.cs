using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Akka.Discovery;

/// <summary>A way to find services.</summary>
public abstract class ServiceDiscovery
{
    /// <summary>What is known of the service; no addresses when it is not known at all.</summary>
    public abstract Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout);

    public Task<Resolved> Lookup(string serviceName, TimeSpan resolveTimeout) =>
        Lookup(new Lookup(serviceName), resolveTimeout);

    public class Resolved : INoSerializationVerificationNeeded, IDeadLetterSuppression, IEquatable<Resolved>
    {
        public Resolved(string serviceName)
            : this(serviceName, null)
        {
        }

        public Resolved(string serviceName, IEnumerable<ResolvedTarget> addresses)
        {
            ServiceName = serviceName;
            Addresses = addresses is null ? [] : [.. addresses];
        }

        public string ServiceName { get; }

        public ImmutableList<ResolvedTarget> Addresses { get; }

        public bool Equals(Resolved other) =>
            other is not null && ServiceName == other.ServiceName && Addresses.SequenceEqual(other.Addresses);

        public override bool Equals(object obj) => Equals(obj as Resolved);

        public override int GetHashCode() => HashCode.Combine(ServiceName, Addresses.Count);

        public override string ToString() => $"Resolved({ServiceName}, {string.Join(", ", Addresses)})";
    }

    public class ResolvedTarget : INoSerializationVerificationNeeded, IEquatable<ResolvedTarget>
    {
        public ResolvedTarget(string host, int? port = null, IPAddress address = null)
        {
            Host = host;
            Port = port;
            Address = address;
        }

        public string Host { get; }

        public int? Port { get; }

        public IPAddress Address { get; }

        public bool Equals(ResolvedTarget other) =>
            other is not null && Host == other.Host && Port == other.Port && Equals(Address, other.Address);

        public override bool Equals(object obj) => Equals(obj as ResolvedTarget);

        public override int GetHashCode() => HashCode.Combine(Host, Port, Address);

        public override string ToString() => $"ResolvedTarget({Host}, {Port}, {Address})";
    }
}
