# Supervises the runs of one slot, one after another.
#   perl -e SCRIPT NUMBER-OF-PRCTL NUMBER-OF-SETSID
# It is the subreaper of what it starts: whoever loses his parent gets this process for one, so nothing
# of a run can leave its sight. It is not dumpable: another process of its user can neither open its
# pipes nor read or trace it (prctl(2), ptrace(2), proc(5)). A privileged one can.
#
# Orders come on stdin, each a line that begins with the secret of the run:
#   SECRET run SIZE     and SIZE bytes: directory, command, NAME=VALUE..., a NUL behind each
#   SECRET stop SECONDS asks all of the run to end, and after that time kills what is left of it
#   SECRET end          kills what is left of it
# Answers go to stdout, in lines that begin with the secret, too:
#   SECRET exit CODE    its first process ended; a signal shows as 128 and its number
#   SECRET trouble WHY  it could not begin; nothing is left of it
#   SECRET output SIZE  and SIZE bytes
#   SECRET held         its output goes on, from a process that is not of it; it is read no longer
#   SECRET rest WORD    after the orders to stop and to end: "none" was left, "killed" all that was, or
#                       "alive" what cannot be killed; it is the last answer, after all output
# When stdin ends, the worker is gone: all of the run is killed, and this process ends, too.
use strict;
use warnings;

my ($prctl, $setsid) = @ARGV;
my ($set_dumpable, $set_child_subreaper) = (4, 36);
my $pidfd_open = 434; # the same on each architecture
my $nohang = 1;
my $kill_seconds = 10;
my $held_seconds = 5; # for output that a process holds which is not of the run
my $chunk = 65536;

my ($orders, $secret, $main, $code, $pidfd, $output, $status) = ('', '', 0, undef, -1, undef, undef);
my ($was_alone, $stop_at, %is_asked) = (1, undef);
my $self = $$;

syscall($prctl, $set_child_subreaper, 1, 0, 0, 0) == 0 or die "no subreaper: $!\n";
syscall($prctl, $set_dumpable, 0, 0, 0, 0) == 0 or die "still dumpable: $!\n";
# Handlers, not IGNORE, which the runs would inherit. A dead child wakes select. What comes to a child
# before it is the command is for the command.
for my $signal (qw(CHLD PIPE HUP INT QUIT TERM USR1 USR2 ALRM)) {
    $SIG{$signal} = sub {
        return if $$ == $self;
        $SIG{$signal} = 'DEFAULT';
        kill($signal, $$);
    };
}
say_bytes("ready\n");
while (1) {
    look_at(wait_for_something());
}

sub wait_for_something {
    my $bits = '';
    vec($bits, 0, 1) = 1;
    vec($bits, fileno($output), 1) = 1 if $output;
    vec($bits, fileno($status), 1) = 1 if $status;
    my $is_watched = $main && !defined $code;
    vec($bits, $pidfd, 1) = 1 if $is_watched && $pidfd >= 0;
    # Without a descriptor of the process a signal that comes just before select goes unnoticed.
    my $limit = $stop_at ? 0.1 : !$is_watched ? undef : $pidfd >= 0 ? 1 : 0.02;
    my $count = select(my $ready = $bits, undef, undef, $limit);
    return $count > 0 ? $ready : '';
}

sub look_at {
    my ($ready) = @_;
    relay() if $output && vec($ready, fileno($output), 1);
    look_at_beginning() if $status && vec($ready, fileno($status), 1);
    my $is_left = reap();
    ask_to_end() if $stop_at;
    end() if $stop_at && (!$is_left || time >= $stop_at);
    take_orders() if vec($ready, 0, 1);
}

# Says how the run ended when it did. Returns whether there is a child left.
sub reap {
    while ((my $pid = waitpid(-1, $nohang)) != 0) {
        return 0 if $pid < 0;
        ended($?) if $pid == $main && !defined $code;
    }
    return 1;
}

sub ended {
    my ($how) = @_;
    $code = $how & 127 ? 128 + ($how & 127) : $how >> 8;
    close_pidfd();
    look_at_beginning() if $status;
    answer("exit $code") if $secret;
}

sub close_pidfd {
    return if $pidfd < 0;
    if (open(my $closing, '<&=', $pidfd)) {
        close $closing;
    }
    $pidfd = -1;
}

# The pipe closes when the command begins; what comes before says why it cannot.
sub look_at_beginning {
    my $why = '';
    1 while sysread($status, $why, 1024, length $why);
    close $status;
    undef $status;
    return if $why eq '';
    $code = 126 if !defined $code; # how it ends is no matter any more
    kill_all();
    finish_output(0);
    $why =~ tr/\n/ /;
    answer("trouble $why");
    forget();
}

sub take_orders {
    my $count = sysread(STDIN, $orders, $chunk, length $orders);
    if (!$count) {
        return if !defined $count && $!{EINTR};
        kill_all();
        exit 0;
    }
    while ($orders =~ s/\A(\w+) (\w+)(?: (\d+))?\n//) {
        my ($from, $word, $size) = ($1, $2, $3);
        if ($word eq 'run') {
            begin($from, read_exactly($size));
        }
        next if $from ne $secret;
        if ($word eq 'stop') {
            $stop_at = time + $size;
            ask_to_end();
        }
        end() if $word eq 'end';
    }
}

sub read_exactly {
    my ($size) = @_;
    while (length $orders < $size) {
        my $count = sysread(STDIN, $orders, $size - length $orders, length $orders);
        exit 0 if defined $count && $count == 0;
        die "orders cannot be read: $!\n" if !defined $count && !$!{EINTR};
    }
    return substr($orders, 0, $size, '');
}

sub begin {
    my ($from, $payload) = @_;
    my ($directory, $command, @environment) = split /\0/, $payload, -1;
    pop @environment;
    $secret = $from;
    ($code, $was_alone) = (undef, 1);
    pipe($output, my $out) && pipe($status, my $problem) or die "no pipe: $!\n";
    my $pid = fork;
    if (!defined $pid) {
        syswrite($problem, "cannot fork: $!");
    } elsif (!$pid) {
        become($directory, $command, \@environment, $out, $problem);
    } else {
        $main = $pid;
        $pidfd = syscall($pidfd_open, $main, 0);
    }
}

# What holds our secrets is closed and forgotten before this process can be looked at.
sub become {
    my ($directory, $command, $environment, $out, $problem) = @_;
    ($secret, $orders) = ('', '');
    my $is_ready =
         open(STDIN, '<', '/dev/null')
      && open(STDOUT, '>&', $out)
      && open(STDERR, '>&', $out);
    if ($is_ready) {
        syscall($setsid);
        syscall($prctl, $set_dumpable, 1, 0, 0, 0);
        if (open(my $score, '>', '/proc/self/oom_score_adj')) {
            syswrite($score, '1000'); # short of memory, the kernel takes the run first
        }
        if (chdir $directory) {
            %ENV = map { split /=/, $_, 2 } @$environment;
            no warnings 'exec';
            exec { '/bin/sh' } 'sh', '-c', $command;
            syswrite($problem, "cannot start /bin/sh: $!");
        } else {
            syswrite($problem, "cannot change to $directory: $!");
        }
    } else {
        syswrite($problem, "cannot open its output: $!");
    }
    kill 'KILL', $$;
    exit 1;
}

# Once each, also those that have begun since the last time.
sub ask_to_end {
    my @new = grep { !$is_asked{$_}++ } descendants();
    kill('TERM', @new) if @new;
}

sub end {
    my $is_gone = kill_all();
    finish_output($is_gone ? $held_seconds : 0);
    answer('rest ' . (!$is_gone ? 'alive' : $was_alone ? 'none' : 'killed'));
    forget();
}

sub forget {
    close_pidfd();
    close $output if $output;
    ($secret, $main, $output, $stop_at) = ('', 0, undef, undef);
    %is_asked = ();
}

# Whether nothing is left; the output is read meanwhile, or somebody could wait for that.
sub kill_all {
    my $deadline = time + $kill_seconds;
    while (reap()) {
        $was_alone = 0;
        return 0 if time > $deadline;
        kill('KILL', descendants());
        relay() if $output && is_readable(0.001);
        select(undef, undef, undef, 0.001);
    }
    return 1;
}

# Relays what is in the pipe still: to its end, or as long as somebody may hold it who is not of the run.
sub finish_output {
    my ($seconds) = @_;
    my $deadline = time + $seconds;
    while ($output && time <= $deadline) {
        if (is_readable(0.1)) {
            relay();
        } elsif (!$seconds) {
            last;
        }
    }
    if ($output) {
        answer('held') if $seconds;
        close $output;
        undef $output;
    }
}

sub is_readable {
    my ($seconds) = @_;
    my $bits = '';
    vec($bits, fileno($output), 1) = 1;
    return select($bits, undef, undef, $seconds) > 0;
}

sub relay {
    my $count = sysread($output, my $bytes, $chunk);
    return if !defined $count && $!{EINTR};
    if (!$count) {
        close $output;
        undef $output;
        return;
    }
    say_bytes("$secret output $count\n$bytes") if $secret;
}

sub answer {
    my ($words) = @_;
    say_bytes("$secret $words\n");
}

sub say_bytes {
    my ($bytes) = @_;
    my $done = 0;
    while ($done < length $bytes) {
        my $count = syswrite(STDOUT, $bytes, length($bytes) - $done, $done);
        next if !defined $count && $!{EINTR};
        if (!defined $count) { # nobody listens any more
            $secret = '';
            kill_all();
            exit 0;
        }
        $done += $count;
    }
}

# All that this process started, and what that started; not those that only wait to be reaped.
sub descendants {
    my (%parent, @found);
    opendir(my $proc, '/proc') or return;
    for my $pid (grep { /\A\d+\z/ } readdir $proc) {
        open(my $file, '<', "/proc/$pid/stat") or next;
        sysread($file, my $stat, 4096) or next;
        $parent{$pid} = $2 if $stat =~ /.*\) (\S) (\d+) /s && $1 ne 'Z' && $1 ne 'X';
    }
    my %is_ours = (0 => 0, 1 => 0, $$ => 1); # the last counts: in a container this is process 1
    for my $pid (keys %parent) {
        my @way;
        my $each = $pid;
        while (defined $each && !defined $is_ours{$each} && @way <= keys %parent) {
            push @way, $each;
            $each = $parent{$each};
        }
        my $is = defined $each && $is_ours{$each} ? 1 : 0;
        $is_ours{$_} = $is for @way;
        push @found, $pid if $is && $pid != $$;
    }
    return @found;
}
