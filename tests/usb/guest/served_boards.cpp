// SPDX-License-Identifier: GPL-3.0-or-later
#include "served_boards.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace framegate::test {
namespace {

/// Only a hang lasts so long: what is waited for takes a second.
constexpr std::chrono::seconds servedPatience{120};

pid_t start(std::vector<std::string> arguments, int input, int output) {
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    pid_t pid = -1;
    if (::posix_spawn(&pid, argv[0], &files, nullptr, argv.data(), environ) != 0) pid = -1;
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

} // namespace

ServedBoards::ServedBoards(int boards, const std::string& state, const std::vector<std::string>& more) {
    int commands[2];
    int events[2];
    if (::pipe2(commands, O_CLOEXEC) != 0 || ::pipe2(events, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipes");
    std::vector<std::string> arguments = {FRAMEGATE_BIN_DIR "/framegate",
                                          "sim",
                                          "serve",
                                          "--boards",
                                          std::to_string(boards),
                                          "--state",
                                          state,
                                          "--attach",
                                          "--control"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    pid_ = start(arguments, commands[0], events[1]);
    ::close(commands[0]);
    ::close(events[1]);
    commands_ = commands[1];
    events_ = events[0];
    listener_ = std::jthread([this] { listen(); });
    for (int board = 1; board <= boards; ++board)
        if (!await(board, state))
            throw std::runtime_error("sim serve: board " + std::to_string(board) + " did not come:\n" +
                                     output());
}

ServedBoards::~ServedBoards() {
    ::close(commands_); // the end of its commands is the program's end
    const bool ended = waitFor([this] { return ended_; });
    if (!ended && pid_ > 0) ::kill(pid_, SIGKILL);
    listener_.join();
    ::close(events_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

void ServedBoards::listen() {
    std::string line;
    char c = 0;
    while (::read(events_, &c, 1) == 1) {
        if (c != '\n') {
            line += c;
            continue;
        }
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::exchange(line, {}));
        changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

bool ServedBoards::waitFor(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, servedPatience, [&] { return condition() || ended_; });
    return condition();
}

std::string ServedBoards::stateOf(int board) const {
    const auto start = "board " + std::to_string(board) + " ";
    const auto last = std::find_if(lines_.rbegin(), lines_.rend(),
                                   [&](const std::string& line) { return line.starts_with(start); });
    return last == lines_.rend() ? std::string() : last->substr(start.size());
}

bool ServedBoards::await(int board, const std::string& state) {
    return waitFor([&] { return stateOf(board) == state; });
}

std::string ServedBoards::tell(const std::string& command) {
    const auto isAnswer = [](const std::string& line) { return !line.starts_with("board "); };
    const std::lock_guard telling(telling_);
    std::unique_lock lock(mutex_);
    const auto before = lines_.size();
    lock.unlock();
    const auto text = command + "\n";
    if (::write(commands_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return "no such program";
    std::string answer;
    waitFor([&] {
        const auto found =
            std::find_if(lines_.begin() + static_cast<std::ptrdiff_t>(before), lines_.end(), isAnswer);
        if (found != lines_.end()) answer = *found;
        return found != lines_.end();
    });
    return answer;
}

void ServedBoards::unplug(int board) {
    tell("unplug " + std::to_string(board));
    await(board, "gone");
}

void ServedBoards::plug(int board, bool button) {
    tell("plug " + std::to_string(board) + (button ? " bootsel" : ""));
}

std::string ServedBoards::output() {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const auto& line : lines_)
        all += line + "\n";
    return all;
}

} // namespace framegate::test
