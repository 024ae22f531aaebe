using ActorEtcd.Lease;
using Xunit;

namespace ActorEtcd.Specs.Lease;

public sealed class LeaseTableSpec
{
    private readonly LeaseTable _table = new();

    [Fact]
    public void Grant_of_an_existing_lease_is_refused_and_changes_nothing()
    {
        Assert.Equal(EtcdError.None, _table.Grant(new LeaseId(1), 10));
        Assert.Equal(EtcdError.LeaseExist, _table.Grant(new LeaseId(1), 20));
        Assert.True(_table.TryGet(new LeaseId(1), out var record));
        Assert.Equal(10, record.TtlSeconds);
    }

    [Fact]
    public void Grant_beyond_the_longest_time_is_refused()
        => Assert.Equal(EtcdError.LeaseTTLTooLarge, _table.Grant(new LeaseId(1), LeaseTable.TtlSecondsMax + 1));

    [Fact]
    public void Keys_come_in_key_order_and_leave_when_detached()
    {
        _table.Grant(new LeaseId(1), 10);
        _table.Attach(new LeaseId(1), Bytes.FromUtf8("b"));
        _table.Attach(new LeaseId(1), Bytes.FromUtf8("c"));
        _table.Attach(new LeaseId(1), Bytes.FromUtf8("a"));
        _table.Detach(new LeaseId(1), Bytes.FromUtf8("c"));

        Assert.Equal(["a", "b"], _table.KeysOf(new LeaseId(1)).Select(key => key.ToString()));
    }

    [Fact]
    public void Attached_key_outlives_the_buffer_it_came_in()
    {
        byte[] buffer = [1, 2, 3];
        _table.Grant(new LeaseId(1), 10);
        _table.Attach(new LeaseId(1), buffer);
        buffer[0] = 9;

        Assert.Equal([1, 2, 3], _table.KeysOf(new LeaseId(1)).Single().ToArray());
    }
}
