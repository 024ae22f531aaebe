using System.Collections.Immutable;

namespace ActorEtcd.Host.Proxy;

/// <summary>The members that a proxy passes requests to, in an order of its own; one that failed is left out for a while.</summary>
internal sealed class ProxyEndpoints(TimeSpan failureWait, TimeProvider time, Random random)
{
    private ImmutableArray<Endpoint> _endpoints = [];

    /// <summary>Who may be asked now.</summary>
    public IReadOnlyList<Uri> Available
    {
        get
        {
            var now = time.GetTimestamp();
            return [.. _endpoints.Where(one => one.IsAvailable(now)).Select(static one => one.Url)];
        }
    }

    /// <summary>Takes the member list as it is now; failures are forgotten.</summary>
    public void Replace(IEnumerable<Uri> urls)
    {
        var endpoints = urls.Select(static url => new Endpoint(url)).ToArray();
        random.Shuffle(endpoints);
        _endpoints = [.. endpoints];
    }

    /// <summary>The member does not answer.</summary>
    public void Failed(Uri url)
    {
        if (_endpoints.FirstOrDefault(one => one.Url == url) is { } endpoint)
        {
            endpoint.LeaveOutUntil(time.GetTimestamp() + (long)(failureWait.TotalSeconds * time.TimestampFrequency));
        }
    }

    private sealed class Endpoint(Uri url)
    {
        private long _availableAt = long.MinValue;

        public Uri Url => url;

        public bool IsAvailable(long now) => Volatile.Read(ref _availableAt) <= now;

        public void LeaveOutUntil(long moment) => Volatile.Write(ref _availableAt, moment);
    }
}
