using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Store;

public class RequestValidationSpec
{
    private const int OpsMax = 4;

    [Fact]
    public void Empty_key_is_refused_everywhere()
    {
        AssertRefused(EtcdError.EmptyKey, () => RequestValidation.Check(new RangeRequest { Key = Bytes.Empty }));
        AssertRefused(EtcdError.EmptyKey, () => RequestValidation.Check(new PutRequest(Bytes.Empty, Bytes.Empty)));
        AssertRefused(EtcdError.EmptyKey, () => RequestValidation.Check(new DeleteRangeRequest(Bytes.Empty)));
        AssertRefused(EtcdError.EmptyKey, Put(""));
        AssertRefused(EtcdError.EmptyKey, () => RequestValidation.Check(
            new TxnRequest([new Compare(CompareResult.Equal, CompareTarget.Mod, Bytes.Empty)], [], []), OpsMax));
    }

    [Fact]
    public void Unknown_sort_is_refused()
    {
        var range = new RangeRequest { Key = Bytes.FromUtf8("a") };
        RequestValidation.Check(range);
        AssertRefused(
            EtcdError.InvalidSortOption, () => RequestValidation.Check(range with { SortOrder = (SortOrder)3 }));
        AssertRefused(
            EtcdError.InvalidSortOption, () => RequestValidation.Check(range with { SortTarget = (SortTarget)5 }));
    }

    [Fact]
    public void Put_must_not_give_what_it_ignores()
    {
        var put = new PutRequest(Bytes.FromUtf8("a"), Bytes.FromUtf8("v"), new LeaseId(1));
        AssertRefused(EtcdError.ValueProvided, () => RequestValidation.Check(put with { IgnoreValue = true }));
        AssertRefused(EtcdError.LeaseProvided, () => RequestValidation.Check(put with { IgnoreLease = true }));
    }

    [Fact]
    public void Txn_may_hold_so_many_operations_over_all_levels()
    {
        Check(Put("a"), Put("b"), Put("c"), Put("d"));
        AssertRefused(EtcdError.TooManyOps, Put("a"), Put("b"), Put("c"), Put("d"), Put("e"));
        Check(Txn(Put("a"), Put("b"), Put("c")));
        AssertRefused(EtcdError.TooManyOps, Txn(Put("a"), Put("b"), Put("c"), Put("d")));
    }

    [Fact]
    public void Key_is_put_only_once()
    {
        AssertRefused(EtcdError.DuplicateKey, Put("a"), Put("a"));
        AssertRefused(EtcdError.DuplicateKey, Put("a"), Txn(Put("a")));
        AssertRefused(EtcdError.DuplicateKey, Txn(Put("a")), Txn(Put("a")));
        Check(new TxnRequest([], [Put("a")], [Put("a")]));
        Check(Put("a"), Put("b"));
    }

    [Fact]
    public void Key_is_not_put_and_deleted()
    {
        AssertRefused(EtcdError.DuplicateKey, Put("a"), Delete("a"));
        AssertRefused(EtcdError.DuplicateKey, Put("b"), Delete("a", "c"));
        AssertRefused(EtcdError.DuplicateKey, Delete("a"), Txn(Put("a")));
        AssertRefused(EtcdError.DuplicateKey, Put("a"), Txn(Delete("a")));
        Check(Put("c"), Delete("a", "c"));
        Check(Delete("a", "c"), Delete("b"));
    }

    [Fact]
    public void Delete_up_to_the_end_of_the_key_space_meets_no_put_as_in_etcd()
    {
        Check(Put("b"), Delete("a", "\0"));
        Check(Delete("a", "\0"), Txn(Put("b")));
    }

    [Fact]
    public void Missing_operation_is_refused() => AssertRefused(EtcdError.KeyNotFound, (RequestOp)null!);

    private static PutRequest Put(string key) => new(Bytes.FromUtf8(key), Bytes.Empty);

    private static DeleteRangeRequest Delete(string key, string end = "") =>
        new(Bytes.FromUtf8(key), Bytes.FromUtf8(end));

    private static TxnRequest Txn(params RequestOp[] operations) => new([], [.. operations], []);

    private static void Check(params RequestOp[] operations) => RequestValidation.Check(Txn(operations), OpsMax);

    private static void AssertRefused(EtcdError error, params RequestOp[] operations) =>
        AssertRefused(error, () => Check(operations));

    private static void AssertRefused(EtcdError error, Action check) =>
        Assert.Equal(error, Assert.Throws<EtcdException>(check).Error);
}
