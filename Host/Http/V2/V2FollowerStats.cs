using System.Globalization;

namespace ActorEtcd.Host.Http.V2;

/// <summary>Round trips to one follower, as this leader measured them (etcd: <c>v2stats.FollowerStats</c>).</summary>
public sealed class V2FollowerStats
{
    private readonly Lock _gate = new();
    private double _current;
    private double _average;
    private double _squares;
    private double _minimum = double.MaxValue;
    private double _maximum;
    private long _count;

    public void Add(TimeSpan duration)
    {
        lock (_gate)
        {
            _current = duration.TotalMilliseconds;
            _minimum = Math.Min(_minimum, _current);
            _maximum = Math.Max(_maximum, _current);
            _count++;
            _average += (_current - _average) / _count;
            _squares += ((_current * _current) - _squares) / _count;
        }
    }

    internal string ToJson()
    {
        lock (_gate)
        {
            double deviation = Math.Sqrt(Math.Max(0, _squares - (_average * _average)));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"latency\":{{\"current\":{_current},\"average\":{_average},\"standardDeviation\":{deviation},\"minimum\":{_minimum},\"maximum\":{_maximum}}},\"counts\":{{\"fail\":0,\"success\":{_count}}}}}");
        }
    }
}
