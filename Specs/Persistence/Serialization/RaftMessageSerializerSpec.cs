using System.Buffers;
using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Serialization;

public sealed class RaftMessageSerializerSpec : PatientTestKit
{
    private static readonly MemberId From = new(0xfedcba9876543210);
    private static readonly MemberId To = new(7);

    private static readonly CheckpointManifest Checkpoint = new(
        900,
        12,
        new RaftConfiguration([To, From], [To], [new MemberId(9)], []),
        new StoreManifest(4711, -1, 0xabcdef0123456789, [new SegmentInfo(1, 2, 300, 64_000_000, 0xdeadbeef, 77, 66, 5555, true)]),
        new byte[] { 1, 2, 3 });

    private static readonly CheckpointManifest WithStateBeside = Checkpoint with
    {
        Store = Checkpoint.Store with { StateSegments = [new SegmentInfo(8, -901, -901, 5000, 0xbeef, 3, 3, 4900, true)] },
    };

    private static readonly ImmutableArray<LogEntry> Entries =
    [
        new(41, 5, EntryKind.NoOp, default),
        new(42, 6, EntryKind.Command, new byte[] { 9, 8, 7 }),
        new(43, 6, EntryKind.ConfigurationChange, new byte[] { 1 }),
    ];

    private static readonly ImmutableArray<ReadOnlyMemory<byte>> Payloads = [new byte[] { 1, 2 }, new byte[] { 3 }];

    internal static readonly object[] Examples =
    [
        new PeerMessage.RequestPreVote(From, To, 3, 1, 2),
        new PeerMessage.PreVoteReply(From, To, 3, true),
        new PeerMessage.RequestVote(From, To, 3, 1, 2, true),
        new PeerMessage.VoteReply(From, To, 3, false),
        new PeerMessage.AppendEntries(From, To, 6, 40, 5, 39, Entries),
        new PeerMessage.AppendReply(From, To, 3, true, 4, 5, 6),
        new PeerMessage.Heartbeat(From, To, 3, 4, 5, 6),
        new PeerMessage.HeartbeatReply(From, To, 3, 4, 5, 6),
        new PeerMessage.CommitNotice(From, To, 3, 4),
        new PeerMessage.EntryCommitted(From, To, 4, 5),
        new PeerMessage.InstallSnapshot(From, To, 13, Checkpoint),
        new PeerMessage.InstallSnapshotReply(From, To, 3, true, 4),
        new PeerMessage.TimeoutNow(From, To, 3),
        new PeerMessage.ForwardProposals(From, To, 3, 4, 5, Payloads),
        new PeerMessage.ForwardConfigurationChange(From, To, 3, 4, 5, Payloads[0]),
        new PeerMessage.ForwardedProposalsRefused(From, To, ProposalRefusal.Overloaded, 4, 5, Payloads),
        new PeerMessage.RequestReadIndex(From, To, long.MaxValue),
        new PeerMessage.RequestStanding(From, To, long.MaxValue),
        new PeerMessage.StandingReply(From, To, 4, 0, 6, MemberStanding.LogLost),
        new PeerMessage.ReadIndexReply(From, To, 4, 5),
        new PeerMessage.ReadIndexDenied(From, To, 4, ReadRefusal.TimedOut),
        new LogEvent.EntriesAppended(40, Entries, 39),
        new LogEvent.TermAndVoteChanged(4, From),
        new LogEvent.CommitAdvanced(5),
        new LogEvent.LogReset(Checkpoint),
        new LogSnapshot(Checkpoint, 13, From, 950),
        new PeerMessage.InstallSnapshot(From, To, 13, WithStateBeside),
        new LogEvent.LogReset(WithStateBeside),
        new LogSnapshot(WithStateBeside, 13, From, 950),
    ];

    private readonly SerializerWithStringManifest _messages;
    private readonly SerializerWithStringManifest _events;

    public RaftMessageSerializerSpec()
        : base("")
    {
        _messages = new RaftMessageSerializer((ExtendedActorSystem)Sys);
        _events = new LogEventSerializer((ExtendedActorSystem)Sys);
    }

    [Fact]
    public void Every_message_and_event_has_an_example_here()
    {
        var cases = typeof(PeerMessage).GetNestedTypes().Concat(typeof(LogEvent).GetNestedTypes())
            .Where(type => type.IsSealed && !type.IsAbstract).Append(typeof(LogSnapshot));
        Assert.Equal(cases.Select(type => type.Name).Order(), Examples.Select(example => example.GetType().Name).Distinct().Order());
        Assert.Equal(Examples.Length, Examples.Select(example => For(example).Manifest(example)).Distinct().Count());
    }

    [Fact]
    public void Everything_survives_its_wire_form()
    {
        foreach (var example in Examples)
        {
            var serializer = For(example);
            var bytes = serializer.ToBinary(example);
            var decoded = serializer.FromBinary(bytes, serializer.Manifest(example));
            Assert.Equal(example.GetType(), decoded.GetType());
            Assert.Equal(bytes, serializer.ToBinary(decoded));
            var output = new ArrayBufferWriter<byte>();
            ((IBufferSerializer)serializer).WriteTo(example, output);
            Assert.Equal(bytes, output.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Appended_entries_keep_index_term_kind_and_data()
    {
        var decoded = (PeerMessage.AppendEntries)_messages.FromBinary(_messages.ToBinary(Examples[4]), "AE1");
        Assert.Equal(Entries.Select(e => (e.Index, e.Term, e.Kind)), decoded.Entries.Select(e => (e.Index, e.Term, e.Kind)));
        Assert.Equal(
            Entries.Select(e => Convert.ToHexString(e.Data.Span)),
            decoded.Entries.Select(e => Convert.ToHexString(e.Data.Span)));
    }

    [Fact]
    public void Cut_or_flipped_bytes_decode_to_something_or_give_the_typed_error()
    {
        foreach (var example in Examples)
        {
            var serializer = For(example);
            var manifest = serializer.Manifest(example);
            var bytes = serializer.ToBinary(example);
            for (var cut = 0; cut < bytes.Length; cut++)
            {
                Decode(serializer, bytes[..cut], manifest);
            }

            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Decode(serializer, flipped, manifest);
            }
        }
    }

    [Fact]
    public void Flipped_bit_of_a_message_between_members_is_never_taken_for_the_message()
    {
        foreach (var example in Examples.OfType<PeerMessage>())
        {
            var manifest = _messages.Manifest(example);
            var bytes = _messages.ToBinary(example);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Throws<MalformedMessageException>(() => _messages.FromBinary(flipped, manifest));
            }

            Assert.Throws<MalformedMessageException>(() => _messages.FromBinary(bytes, manifest == "HB1" ? "HR1" : "HB1"));
        }
    }

    [Fact]
    public void Random_bytes_decode_to_something_or_give_the_typed_error()
    {
        var random = new Random(5);
        foreach (var example in Examples)
        {
            var serializer = For(example);
            for (var round = 0; round < 500; round++)
            {
                var bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
                Decode(serializer, bytes, serializer.Manifest(example));
            }
        }
    }

    [Fact]
    public void Message_of_another_cluster_is_recognised_as_such()
    {
        PeerTraffic.Get(Sys).ClusterId = 0xfedcba9876543210;
        var bytes = _messages.ToBinary(Examples[6]);
        Assert.IsType<PeerMessage.Heartbeat>(_messages.FromBinary(bytes, "HB1"));
        PeerTraffic.Get(Sys).ClusterId = 5;
        Assert.Equal(new ForeignPeerMessage(From, 0xfedcba9876543210), _messages.FromBinary(bytes, "HB1"));
        PeerTraffic.Get(Sys).ClusterId = 0;
        Assert.IsType<PeerMessage.Heartbeat>(_messages.FromBinary(bytes, "HB1"));
    }

    [Fact]
    public void Unknown_manifest_is_the_typed_error()
    {
        Assert.Throws<MalformedMessageException>(() => _messages.FromBinary([], "XX"));
        Assert.Throws<MalformedMessageException>(() => _events.FromBinary([], "XX"));
    }

    private static void Decode(SerializerWithStringManifest serializer, byte[] bytes, string manifest)
    {
        try
        {
            Assert.NotNull(serializer.FromBinary(bytes, manifest));
        }
        catch (MalformedMessageException)
        {
            // The one way to refuse bytes.
        }
    }

    private SerializerWithStringManifest For(object example) => example is PeerMessage ? _messages : _events;
}
