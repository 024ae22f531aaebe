using ActorEtcd.Lease;
using ActorEtcd.Messages;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Persistence.Serialization;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Specs.Wire;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Formats;

/// <summary>
/// The bytes of every message between members, event of the log and command, as builds of this project have written them since
/// there are users: members of two builds talk to each other while a cluster is upgraded, and a log outlives the build that wrote
/// it. Each line has the kind, the manifest and the bytes, or a dash for none.
/// </summary>
public sealed class FormerMessagesSpec : PatientTestKit
{
    private const string Command = "command";

    private static readonly RaftCommand[] MoreCommands =
    [
        new TxnRequest(
            [new Compare(CompareResult.NotEqual, CompareTarget.Value, Bytes.FromUtf8("k"), Value: Bytes.FromUtf8("v"), RangeEnd: Bytes.FromUtf8("l"))],
            [new TxnRequest([], [new PutRequest(Bytes.FromUtf8("x"), Bytes.FromUtf8("y"))], []), new RangeRequest { Key = Bytes.FromUtf8("r") }],
            [new DeleteRangeRequest(Bytes.FromUtf8("d"))]),
        new LeaseCheckpointRequest([new LeaseCheckpoint(new LeaseId(7), 30)]),
        new MemberAttributesRequest(new MemberId(5), "one", ["http://a:1", "http://b:2"]) { ServerVersion = new Version(3, 7, 0) },
        new DowngradeRequest(new Version(3, 6)),
        new V2Request(V2Request.Put, "/a/b")
        {
            Value = "v",
            PrevValue = "u",
            PrevIndex = 3,
            PrevExist = true,
            ExpiresAt = 1_800_000_000_000_000_000,
            Time = 1_700_000_000_000_000_000,
            Refresh = false,
        },
        new V2Request(V2Request.Delete, "/a") { IsDirectory = true, IsRecursive = true, IsSorted = true },
    ];

    private static readonly RaftCommand[] Commands = [.. ((IEnumerable<object[]>)CommandCodecSpec.Commands).Select(row => (RaftCommand)row[0]), .. MoreCommands];

    private readonly Dictionary<string, SerializerWithStringManifest> _serializers;

    public FormerMessagesSpec()
        : base("")
    {
        var system = (ExtendedActorSystem)Sys;
        _serializers = new Dictionary<string, SerializerWithStringManifest>
        {
            ["raft"] = new RaftMessageSerializer(system),
            ["log"] = new LogEventSerializer(system),
            ["member"] = new MemberMessageSerializer(system),
            ["hash"] = new HashMessageSerializer(system),
            ["lease"] = new LeaseMessageSerializer(system),
        };
    }

    [Fact]
    public void Every_command_has_an_example_here()
    {
        // Without a meaning of its own: a place holder within transactions.
        var commands = typeof(RaftCommand).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(RaftCommand)) && type is { IsAbstract: false } && type != typeof(EmptyOp));
        Assert.Equal(commands.Select(type => type.Name).Order(), Commands.Select(command => command.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void What_this_build_writes_is_recorded()
    {
        var missing = Written().Except(Recorded.Lines("messages.txt")).ToArray();
        Assert.True(
            missing.Length == 0,
            $"if these bytes are meant to be new, and earlier builds read or refuse them as a whole, add to messages.txt and take nothing away:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void What_an_earlier_build_wrote_is_read()
    {
        var read = 0;
        foreach (var line in Recorded.Lines("messages.txt").Where(line => line.Length > 0))
        {
            var words = line.Split(' ');
            var bytes = Convert.FromHexString(words[2].Trim('-'));
            if (words[0] == Command)
            {
                Assert.Equal(words[1], CommandCodec.Decode(bytes).Command.GetType().Name);
            }
            else
            {
                var serializer = _serializers[words[0]];
                Assert.Equal(words[1], serializer.Manifest(serializer.FromBinary(bytes, words[1])));
            }

            read++;
        }

        Assert.True(read >= 60, $"only {read} lines");
    }

    private static string Hex(byte[] bytes) => bytes.Length == 0 ? "-" : Convert.ToHexString(bytes);

    private IEnumerable<string> Written()
    {
        const ulong RequestId = 0xfedc_ba98_7654_3210;
        foreach (var command in Commands)
        {
            yield return $"{Command} {command.GetType().Name} {Hex(CommandCodec.Encode(RequestId, command))}";
        }

        var messages = RaftMessageSerializerSpec.Examples.Select(example => (Kind: example is PeerMessage ? "raft" : "log", example))
            .Concat(MemberMessageSerializerSpec.Examples.Select(example => ("member", (object)example)))
            .Concat(HashMessageSerializerSpec.Examples.Select(example => ("hash", (object)example)))
            .Concat(LeaseMessageSerializerSpec.Examples.Select(example => ("lease", (object)example)));
        foreach (var (kind, message) in messages)
        {
            var serializer = _serializers[kind];
            yield return $"{kind} {serializer.Manifest(message)} {Hex(serializer.ToBinary(message))}";
        }
    }
}
