using ActorEtcd.Log;
using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class PeerMessageSpec
{
    /// <summary>
    /// Whatever a peer sends, in any role, is handled, answered or ignored: it never throws. The numbers are
    /// small so that many of them nearly fit.
    /// </summary>
    [Fact]
    public void Random_messages_never_make_a_member_fail()
    {
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var entries = Enumerable.Range(1, 6).Select(i => CoreMember.Entry(i, (i + 2) / 3));
            var recovered = new LogRecovered(2, MemberId.None, null, [.. entries], random.Next(7));
            var member = new CoreMember(recovered: recovered);
            if (random.Next(2) == 0)
            {
                member.Lead();
            }

            for (var step = 0; step < 200; step++)
            {
                var message = RandomPeerMessage.Next(random, random.Next(20) == 0 ? 0 : member.State.Term);
                try
                {
                    member.After(random.Next(50)).Receive(message);
                    if (random.Next(3) == 0)
                    {
                        member.Flush();
                    }
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"seed {seed}, step {step}: {message}", e);
                }
            }
        }
    }

    [Fact]
    public void Message_for_another_member_is_ignored_with_a_reason()
    {
        var member = new CoreMember();
        member.Receive(new PeerMessage.Heartbeat(CoreMember.Second, CoreMember.Third, 9, 0, 0, 0));
        Assert.True(Assert.Single(member.Effects.OfType<RaftEffect.Ignore>()).IsFault);
        Assert.Equal(0, member.State.Term);
    }

    [Fact]
    public void Append_with_a_gap_inside_is_ignored_with_a_reason()
    {
        var member = new CoreMember();
        member.Receive(CoreMember.Append(9, 0, 0, 0, CoreMember.Entry(1, 1), CoreMember.Entry(3, 1)));
        Assert.True(Assert.Single(member.Effects.OfType<RaftEffect.Ignore>()).IsFault);
        Assert.Equal(0, member.State.Log.LastIndex);
    }
}
