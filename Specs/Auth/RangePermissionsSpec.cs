using ActorEtcd.Auth;
using Xunit;

namespace ActorEtcd.Specs.Auth;

/// <summary>Whether permissions cover a range, against a model that looks at every key there can be.</summary>
public sealed class RangePermissionsSpec
{
    /// <summary>Every key of up to three letters out of a zero byte and those of the permissions, and those behind them all.</summary>
    private static readonly Bytes[] AllKeys = [.. KeysOf(3).Append(new byte[] { 0xff, 0xff })];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Range_is_allowed_exactly_when_each_key_of_it_is(int seed)
    {
        var random = new RandomAuth(new Random(seed));
        for (var round = 0; round < 40; round++)
        {
            var granted = Enumerable.Range(0, round % 6).Select(_ => random.Permission())
                .Where(static p => Permission.IsValidRange(p.Key, p.RangeEnd)).ToArray();
            var permissions = RangePermissions.Of(granted);
            for (var i = 0; i < 40; i++)
            {
                var (key, end) = (random.Key(), random.End());
                var asked = KeysIn(key, end);
                if (asked.Length == 0)
                {
                    continue;
                }

                var what = $"seed {seed}: [{key}, {end}) of {string.Join(' ', granted.AsEnumerable())}";
                Assert.True(asked.All(k => IsIn(granted, k, PermissionType.Read)) == permissions.CanRead(key, end), "read " + what);
                Assert.True(asked.All(k => IsIn(granted, k, PermissionType.Write)) == permissions.CanWrite(key, end), "write " + what);
            }
        }
    }

    [Fact]
    public void Permission_on_one_key_does_not_allow_the_keys_from_it_on()
    {
        var permissions = RangePermissions.Of([new Permission(PermissionType.ReadWrite, Bytes.FromUtf8("a"), default)]);
        Assert.True(permissions.CanRead(Bytes.FromUtf8("a"), default));
        Assert.False(permissions.CanRead(Bytes.FromUtf8("a"), new byte[1]));
        Assert.False(permissions.CanRead(Bytes.FromUtf8("a"), Bytes.FromUtf8("b")));
        Assert.False(permissions.CanWrite(Bytes.FromUtf8("a"), new byte[1]));
    }

    [Fact]
    public void Permissions_that_touch_cover_a_range_together()
    {
        var permissions = RangePermissions.Of(
        [
            new Permission(PermissionType.Read, Bytes.FromUtf8("b"), Bytes.FromUtf8("c")),
            new Permission(PermissionType.ReadWrite, Bytes.FromUtf8("a"), Bytes.FromUtf8("b")),
        ]);
        Assert.True(permissions.CanRead(Bytes.FromUtf8("a"), Bytes.FromUtf8("c")));
        Assert.False(permissions.CanWrite(Bytes.FromUtf8("a"), Bytes.FromUtf8("c")));
        Assert.False(permissions.CanRead(Bytes.FromUtf8("a"), Bytes.FromUtf8("ca")));
    }

    private static bool IsIn(Permission[] granted, Bytes key, PermissionType needed) => granted.Any(
        p => (p.Type == needed || p.Type == PermissionType.ReadWrite) && Contains(p.Key, p.RangeEnd, key));

    private static Bytes[] KeysIn(Bytes key, Bytes end) => [.. AllKeys.Where(candidate => Contains(key, end, candidate))];

    private static bool Contains(Bytes begin, Bytes end, Bytes key) => end.IsEmpty
        ? key == begin
        : key >= begin && (Permission.IsOpenEnded(end) || key < end);

    private static IEnumerable<Bytes> KeysOf(int lengthMax)
    {
        IEnumerable<byte[]> keys = [[]];
        for (var length = 1; length <= lengthMax; length++)
        {
            keys = keys.SelectMany(key => new byte[] { 0, (byte)'a', (byte)'b', (byte)'c' }.Select(letter => (byte[])[.. key, letter])).ToArray();
            foreach (var key in keys)
            {
                yield return key;
            }
        }
    }
}
