using ActorEtcd.Log;
using Xunit;

namespace ActorEtcd.Specs.Log;

public sealed class WritePaceSpec
{
    private static readonly TimeSpan FlushWithin = TimeSpan.FromMilliseconds(250);

    private readonly WritePace _pace = new(FlushWithin);
    private TimeSpan _now = TimeSpan.FromSeconds(5);

    [Fact]
    public void What_is_larger_than_the_bound_goes_alone()
    {
        Assert.True(_pace.Admits(WritePace.BytesMax * 2));
        _pace.Begin(WritePace.BytesMax * 2);
        Assert.False(_pace.Admits(1));
    }

    [Fact]
    public void Bound_shrinks_on_a_slow_disk_as_far_as_that_helps_and_grows_again_on_a_fast_one()
    {
        // 4 MiB a second.
        for (var flush = 0; flush < 20; flush++)
        {
            Flush(TimeSpan.FromSeconds(_pace.Bytes / (double)(4 << 20)));
        }

        Assert.Equal(WritePace.BytesMin, _pace.Bytes);
        for (var flush = 0; flush < 20; flush++)
        {
            Flush(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(WritePace.BytesMax, _pace.Bytes);
    }

    [Fact]
    public void Bound_settles_where_a_flush_takes_what_it_may()
    {
        // 40 MiB a second: 10 MiB in a quarter of a second.
        for (var flush = 0; flush < 100; flush++)
        {
            Flush(TimeSpan.FromSeconds(_pace.Bytes / (double)(40 << 20)));
        }

        Assert.InRange(_pace.Bytes, 4L << 20, 10L << 20);
    }

    [Fact]
    public void Slow_flushes_of_little_say_nothing_about_the_bound()
    {
        var before = _pace.Bytes;
        for (var flush = 0; flush < 10; flush++)
        {
            _pace.Begin(100);
            var begunAt = _now;
            _now += TimeSpan.FromSeconds(1);
            _pace.End(100, begunAt, _now, isMoreWaiting: false);
        }

        Assert.Equal(before, _pace.Bytes);
    }

    // Writes of a MiB each fill the bound, and become durable together.
    private void Flush(TimeSpan took)
    {
        const int WriteBytes = 1 << 20;
        var writes = 0;
        for (; _pace.Admits(WriteBytes); writes++)
        {
            _pace.Begin(WriteBytes);
        }

        Assert.True((long)writes * WriteBytes <= _pace.Bytes, $"{writes} MiB under way where {_pace.Bytes} bytes are allowed");
        var begunAt = _now;
        _now += took;
        for (var write = 0; write < writes; write++)
        {
            _pace.End(WriteBytes, begunAt, _now, isMoreWaiting: true);
        }
    }
}
