using ActorEtcd.Auth;
using ActorEtcd.Messages;
using ActorEtcd.Wire;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Wire;

public sealed class CommandCodecSpec(ITestOutputHelper output)
{
    private const ulong RequestId = 0xfedc_ba98_7654_3210;

    public static TheoryData<RaftCommand> Commands => new(
        new PutRequest(Bytes.FromUtf8("k"), Bytes.FromUtf8("v"), new LeaseId(-5), PrevKv: true),
        new PutRequest(Bytes.FromUtf8("k"), default, default, IgnoreValue: true, IgnoreLease: true),
        new DeleteRangeRequest(Bytes.FromUtf8("a"), Bytes.FromUtf8("b"), PrevKv: true),
        new RangeRequest { Key = Bytes.FromUtf8("a"), Limit = 3, SortOrder = SortOrder.Descend, MaxCreateRevision = 9 },
        new CompactionRequest(12, Physical: true),
        new LeaseGrantRequest(new LeaseId(long.MaxValue), 60),
        new LeaseRevokeRequest(new LeaseId(3), FenceTerm: 17),
        new AlarmRequest(AlarmAction.Activate, new MemberId(ulong.MaxValue), AlarmType.NoSpace),
        new AuthRequest.Enable(),
        new AuthRequest.Disable(),
        new AuthRequest.Status(),
        new AuthRequest.Authenticate("root", "abc"),
        new AuthRequest.UserAdd("ü", "aGFzaA=="),
        new AuthRequest.UserAdd("u", string.Empty, HasNoPassword: true),
        new AuthRequest.UserDelete("u"),
        new AuthRequest.UserGet("u"),
        new AuthRequest.UserList(),
        new AuthRequest.UserChangePassword("u", "aGFzaA=="),
        new AuthRequest.UserGrantRole("u", "r"),
        new AuthRequest.UserRevokeRole("u", "r"),
        new AuthRequest.RoleAdd("r"),
        new AuthRequest.RoleDelete("r"),
        new AuthRequest.RoleGet("r"),
        new AuthRequest.RoleList(),
        new AuthRequest.RoleGrantPermission("r", null),
        new AuthRequest.RoleGrantPermission("r", new Permission(PermissionType.Read, default, default)),
        new AuthRequest.RoleGrantPermission("r", new Permission(PermissionType.ReadWrite, Bytes.FromUtf8("a"), new byte[1])),
        new AuthRequest.RoleRevokePermission("r", Bytes.FromUtf8("a"), Bytes.FromUtf8("b")));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_comes_back_as_it_was(RaftCommand command)
        => Assert.Equal(new DecodedCommand(RequestId, command), CommandCodec.Decode(CommandCodec.Encode(RequestId, command)));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Requester_comes_back_with_the_command(RaftCommand command)
    {
        var requester = new AuthInfo("root", ulong.MaxValue);
        Assert.Equal(
            new DecodedCommand(RequestId, command, requester),
            CommandCodec.Decode(CommandCodec.Encode(RequestId, command, requester)));
        Assert.Equal(RequestId, CommandCodec.RequestIdOf(CommandCodec.Encode(RequestId, command, requester)));
    }

    [Fact]
    public void Nested_transaction_comes_back_as_it_was()
    {
        var inner = new TxnRequest([], [new PutRequest(Bytes.FromUtf8("x"), default)], []);
        var txn = new TxnRequest(
            [new Compare(CompareResult.NotEqual, CompareTarget.Value, Bytes.FromUtf8("k"), Value: default, RangeEnd: Bytes.FromUtf8("l"))],
            [inner, new RangeRequest { Key = Bytes.FromUtf8("r") }],
            [new DeleteRangeRequest(Bytes.FromUtf8("d"))]);

        var decoded = Assert.IsType<TxnRequest>(CommandCodec.Decode(CommandCodec.Encode(1, txn)).Command);

        Assert.Equal(txn.Compares.ToArray(), decoded.Compares.ToArray());
        Assert.Equal(txn.Failure.ToArray(), decoded.Failure.ToArray());
        Assert.Equal(txn.Success[1], decoded.Success[1]);
        Assert.Equal(inner.Success.ToArray(), Assert.IsType<TxnRequest>(decoded.Success[0]).Success.ToArray());
    }

    [Fact]
    public void Wrapped_put_decodes_like_an_encoded_one()
    {
        var put = new PutRequest(Bytes.FromUtf8("key"), Bytes.FromUtf8("value"), new LeaseId(4));
        var body = new byte[KvCodec.Size(put)];
        var writer = new ProtoWriter(body);
        KvCodec.Write(ref writer, put);

        var payload = CommandCodec.WrapPut(RequestId, body.Length, out var place);
        body.CopyTo(place);

        Assert.Equal(CommandCodec.Encode(RequestId, put), payload);
        Assert.Equal(RequestId, CommandCodec.RequestIdOf(payload));
    }

    [Fact]
    public void Operation_of_no_kind_stays_in_its_place()
    {
        byte[] txn = [0x12, 0x00, 0x12, 0x04, 0x1a, 0x02, 0x0a, 0x00];

        var decoded = KvCodec.ReadTxn(txn);

        Assert.Equal([EmptyOp.Instance, new DeleteRangeRequest(default)], decoded.Success.ToArray());
    }

    [Fact]
    public void Operand_of_another_kind_than_the_target_counts_as_absent()
    {
        byte[] txn = [0x0a, 0x05, 0x1a, 0x01, (byte)'k', 0x30, 0x05];

        var decoded = KvCodec.ReadTxn(txn);

        Assert.Equal(new Compare(CompareResult.Equal, CompareTarget.Version, Bytes.FromUtf8("k")), decoded.Compares[0]);
    }

    [Fact]
    public void Transactions_nested_too_deeply_are_refused()
    {
        RequestOp op = new PutRequest(Bytes.FromUtf8("k"), default);
        for (var i = 0; i <= KvCodec.TxnDepthMax; i++)
        {
            op = new TxnRequest([], [op], []);
        }

        Assert.Throws<MalformedMessageException>(() => CommandCodec.Decode(CommandCodec.Encode(1, op)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_bytes_are_refused_or_read_but_never_fail_otherwise(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var payloads = ((IEnumerable<object[]>)Commands).Select(row => CommandCodec.Encode(RequestId, (RaftCommand)row[0])).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = payloads[random.Next(payloads.Length)].ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(bytes.Length + 1);
            try
            {
                CommandCodec.Decode(bytes.AsMemory(0, length));
            }
            catch (MalformedMessageException)
            {
                // Refused as it should be.
            }
        }
    }
}
